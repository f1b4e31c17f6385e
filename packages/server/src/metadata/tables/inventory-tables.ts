import { defineTable } from '../table.ts'
import type { VersionOrder } from './rows.ts'

/** A file of a report, as its manifest tells of it. */
export interface ReportFileRow {
  readonly key: string
  readonly sizeBytes: number
  /** Hexadecimal. */
  readonly md5: string
}

/** The version that a report told of last. */
export interface ReportCursorRow {
  readonly key: string
  readonly order: VersionOrder
  readonly modifiedMilliseconds: number
  /** How many noncurrent versions are newer; -1 for the newest version. */
  readonly newerNoncurrent: number
}

/** A report that is being made. */
export interface ReportUnderWayRow {
  /** The text of its configuration. */
  readonly configuration: string
  /** Absent: nothing is in a file yet. */
  readonly after?: ReportCursorRow | undefined
  readonly files: readonly ReportFileRow[]
  /** All that there is stands in files; what is left are the manifests. */
  readonly isListed?: true | undefined
}

export interface InventoryReportRow {
  readonly bucketName: string
  /** When the newest report began. */
  readonly startedMilliseconds: number
  /** Absent: it was delivered. */
  readonly underWay?: ReportUnderWayRow | undefined
  /** Why its destination did not take it, and until when it is left alone. */
  readonly refused?: { readonly code: string; readonly untilMilliseconds: number } | undefined
}

/** The newest report of each inventory configuration. Written in the commit of each of its files. */
export const inventoryReports = defineTable<[bucketId: string, configurationId: string], InventoryReportRow>(
  86,
  'inventoryReports',
)
