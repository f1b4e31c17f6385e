import { defineTable } from '../table.ts'

/** What a worker did last, as the process that ran it says. */
export interface WorkerReportRow {
  /** Units of work done by the process that holds the lease. */
  readonly done: number
  /** Units of work that are left, as far as the worker knows. */
  readonly left?: number | undefined
  /** Where it is, for people. */
  readonly at?: string | undefined
  readonly lastStepMilliseconds?: number | undefined
  readonly failure?: string | undefined
}

export interface WorkerLeaseRow {
  readonly processId: string
  /** Whoever comes after this time may take it. */
  readonly untilMilliseconds: number
  readonly report?: WorkerReportRow | undefined
}

export interface ServerProcessRow {
  readonly startedMilliseconds: number
  /** A process that has not said so again by then is taken for dead. */
  readonly aliveUntilMilliseconds: number
  /** The newest format that it reads. Absent: 1. */
  readonly readsFormat?: number | undefined
  /** Its commits count what buckets hold. */
  readonly countsUsage?: true | undefined
}

/** Bytes that are not what was stored, or a row that cannot be read. Nothing is removed because of it. */
export interface DamageRow {
  readonly bucketName: string
  readonly key: string
  readonly versionId: string
  readonly reason: string
  /** Of a row that cannot be read: its table, and its key in base64. */
  readonly table?: string | undefined
  readonly rowKey?: string | undefined
  readonly foundMilliseconds: number
}

/** How far all rows of an older store have come to be written as today. */
export interface RowRenewalRow {
  /** Up to which revision of how rows are written; see `RowRenewalWorker`. */
  readonly revision: number
  /** The last key that was looked at, base64. Absent: all were. */
  readonly after?: string | undefined
}

/** A backup that is under way: while its process lives no blob is deleted. */
export interface BackupHoldRow {
  readonly processId: string
  readonly sinceMilliseconds: number
}

/** How far a backup of the store is, by the backup's id. */
export interface BackupPointRow {
  /**
   * Of the newest moment, and of the one that is being made, as far as there are such: a store that has one of them comes from
   * the moment when it was written.
   */
  readonly tokens: readonly string[]
  /** Where the backup is, for people. */
  readonly place: string
  /** The newest moment. */
  readonly number?: number | undefined
  readonly takenMilliseconds?: number | undefined
}

/** Which process runs each worker. */
export const workerLeases = defineTable<[worker: string], WorkerLeaseRow>(15, 'workerLeases')

/** The processes that share the store, each by an id of its own. */
export const serverProcesses = defineTable<[processId: string], ServerProcessRow>(16, 'serverProcesses')

/** Contents that a process has been reading for a while, where others could take them away: of several blobs, or in a pool. */
export const contentReads = defineTable<[contentId: string, processId: string], Record<string, never>>(
  17,
  'contentReads',
)

/** The one backup that may be under way. */
export const backupHold = defineTable<[], BackupHoldRow>(36, 'backupHold')

/** What each backup of the store has of it. */
export const backupPoints = defineTable<[backupId: string], BackupPointRow>(37, 'backupPoints')

/** What the scrubber found, by the content that is damaged. */
export const damages = defineTable<[contentId: string], DamageRow>(19, 'damages')

/** Rewritten every few seconds, to see that the store takes commits. */
export const probe = defineTable<[], { readonly atMilliseconds: number }>(28, 'probe')

/** Of the rows that an older version wrote. */
export const rowRenewal = defineTable<[], RowRenewalRow>(49, 'rowRenewal')
