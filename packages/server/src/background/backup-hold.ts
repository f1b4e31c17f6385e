import type { Clock } from '../base/clock.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { backupHold } from '../metadata/tables/worker-tables.ts'
import { readRow, transact } from '../metadata/transaction.ts'
import type { ProcessPresence } from './process-presence.ts'

export interface BackupHoldOptions {
  readonly metadata: OrderedStore
  readonly clock: Clock
  /** Of this process: the hold lasts as long. */
  readonly presence: ProcessPresence
  readonly processId: string
}

/** Has all servers of a store delete no blob while a backup copies them; they forget it when this process is dead. */
export class BackupHold {
  readonly #options: BackupHoldOptions

  constructor(options: BackupHoldOptions) {
    this.#options = options
  }

  /** Before the snapshot is taken, and after this process began to say that it is alive. One at a time, of any process. */
  async take(): Promise<void> {
    const { metadata, clock, presence, processId } = this.#options
    const others = await presence.others()
    await transact(metadata, async (transaction) => {
      const known = await transaction.getIfReadable(backupHold)
      if (known && others.has(known.processId))
        throw new Error('Another backup of this store is under way, or ended without a word a minute ago.')
      transaction.put(backupHold, [], { processId, sinceMilliseconds: clock.now().getTime() })
    })
  }

  /** False where the others took this process for dead meanwhile: blobs may be gone. */
  async isKept(): Promise<boolean> {
    const row = await readRow(this.#options.metadata, backupHold)
    return row?.processId === this.#options.processId
  }

  async release(): Promise<void> {
    await transact(this.#options.metadata, async (transaction) => {
      const row = await transaction.get(backupHold)
      if (row?.processId === this.#options.processId) transaction.remove(backupHold)
    })
  }
}
