import { openProcesses, type Processes } from '../background/processes.ts'
import type { Clock } from '../base/clock.ts'
import { DAY_MILLISECONDS } from '../base/day.ts'
import type { Random } from '../base/random.ts'
import { namesOf, placementsOf } from '../config/storage-classes.ts'
import type { Stores } from '../s3/shared/content/stores.ts'
import { processTimeoutMilliseconds } from '../config/process-timeout.ts'
import { remoteNameOf } from '../config/replication-config.ts'
import type { S3Settings } from '../s3/shared/service/service.ts'
import type { ServerOptions } from '../server-options.ts'

/** Source: S3 User Guide, "Amazon S3 multipart upload limits". */
const MINIMUM_PART_BYTES = 5 * 1024 * 1024

/** Rows of one file of an inventory report: what a crash makes a process do again, some seconds' work. */
const INVENTORY_FILE_ROWS = 250_000

export function inventoryFileRows({ config: { testing } }: ServerOptions): number {
  return testing?.inventoryFileRows ?? INVENTORY_FILE_ROWS
}

export function settingsOf(options: ServerOptions, dayMilliseconds: number): S3Settings {
  const { config } = options
  return {
    region: config.region,
    storageClasses: namesOf(config),
    placements: placementsOf(config),
    newBuckets: config.newBuckets,
    dayMilliseconds,
    remoteBuckets: new Set(config.replication.destinations.map(({ arn }) => remoteNameOf(arn))),
    acl: { emailGrantees: config.acl.emailGrantees },
    minimumPartBytes: options.minimumPartBytes ?? MINIMUM_PART_BYTES,
  }
}

/** What processes that share a store tell each other; `undefined` where none can. */
export function processesOf(
  options: ServerOptions,
  { metadata }: Stores,
  clock: Clock,
  random: Random,
): Processes | undefined {
  if (options.dataDirectory === undefined) return undefined
  const timeoutMilliseconds = processTimeoutMilliseconds(options)
  return openProcesses({ metadata, clock, random, log: options.log, timeoutMilliseconds })
}

export function dayMilliseconds({ config: { testing }, log }: ServerOptions): number {
  if (!testing) return DAY_MILLISECONDS
  const { dayLengthSeconds } = testing
  log.warn(
    { dayLengthSeconds },
    'TESTING IS ON: lifecycle rules take days of this length. Never keep real data here.',
  )
  return dayLengthSeconds * 1000
}
