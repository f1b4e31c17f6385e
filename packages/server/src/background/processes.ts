import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Random } from '../base/random.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { LongReads } from '../s3/shared/content/long-reads.ts'
import { BackupHold } from './backup-hold.ts'
import { ForeignReads } from './foreign-reads.ts'
import { ProcessPresence } from './process-presence.ts'
import { WorkerLeases } from './worker-leases.ts'

/** What processes that share a store tell each other. */
export interface Processes {
  readonly presence: ProcessPresence
  readonly leases: WorkerLeases
  readonly longReads: LongReads
  readonly foreignReads: ForeignReads
  readonly backupHold: BackupHold
}

export function openProcesses({
  metadata,
  clock,
  random,
  log,
  timeoutMilliseconds,
}: {
  readonly metadata: OrderedStore
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** How long a process that says nothing counts as alive. */
  readonly timeoutMilliseconds: number
}): Processes {
  const processId = random.bytes(8).toString('hex')
  const common = { metadata, clock, processId, timeoutMilliseconds }
  const presence = new ProcessPresence({ ...common, log })
  // The grace is twice the time after which a read is announced: that much may a process be late.
  const graceMilliseconds = 2 * timeoutMilliseconds
  return {
    presence,
    leases: new WorkerLeases(common),
    longReads: new LongReads({ metadata, clock, processId, announcedAfterMilliseconds: timeoutMilliseconds }),
    backupHold: new BackupHold({ metadata, clock, presence, processId }),
    foreignReads: new ForeignReads({ metadata, clock, presence, graceMilliseconds }),
  }
}
