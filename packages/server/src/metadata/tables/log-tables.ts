import { defineTable } from '../table.ts'
import type { LoggingRow } from './rows.ts'

/** The bucket that requests were made to. It may be gone by now. */
export interface LogSource {
  readonly bucketName: string
  readonly ownerAccountId: string
  readonly region: string
}

/** Records that wait for their log object. Written once, and removed in the commit that names the object. */
export interface WaitingLogRow {
  readonly source: LogSource
  /** As it was when the requests came. */
  readonly logging: LoggingRow
  /** When the requests came: `2024-05-31`, UTC. */
  readonly day: string
  readonly recordCount: number
  /** A line for each record, with its line end. */
  readonly text: string
}

/** By the bucket that requests were made to and the time of the first; `id` tells apart what came at the same time. */
export const waitingLogs = defineTable<[bucketId: string, milliseconds: number, id: string], WaitingLogRow>(
  40,
  'waitingLogs',
)
