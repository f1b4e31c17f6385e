import { defineTable } from '../table.ts'
import type { TagsRow } from './rows.ts'

export type JobStatus =
  | 'New'
  | 'Preparing'
  | 'Suspended'
  | 'Ready'
  | 'Active'
  | 'Paused'
  | 'Completing'
  | 'Complete'
  | 'Cancelling'
  | 'Cancelled'
  | 'Failing'
  | 'Failed'

/** A job of batch operations. */
export interface JobRow {
  readonly createdMilliseconds: number
  readonly status: JobStatus
  readonly statusReason?: string | undefined
  readonly priority: number
  readonly description?: string | undefined
  readonly roleArn: string
  readonly isConfirmed: boolean
  /** The elements of the request, as JSON: Operation, Report, Manifest, ManifestGenerator, ConfirmationRequired. */
  readonly request: string
  readonly tags?: TagsRow | undefined
  /** Whoever reads the manifest: one who began before writes nothing more. Absent but while it is read. */
  readonly readingId?: string | undefined
  /** Absent until the manifest was read. */
  readonly totalTasks?: number | undefined
  /** Where the manifest is that was generated, if it was to be written out. */
  readonly generatedManifest?: GeneratedManifestRow | undefined
  readonly succeededTasks: number
  readonly failedTasks: number
  readonly activeMilliseconds: number
  readonly suspendedMilliseconds?: number | undefined
  readonly terminatedMilliseconds?: number | undefined
  readonly failures?: readonly { readonly code: string; readonly reason: string }[] | undefined
}

export interface GeneratedManifestRow {
  readonly objectArn: string
  readonly etag: string
  readonly versionId?: string | undefined
}

export const jobs = defineTable<[accountId: string, jobId: string], JobRow>(108, 'jobs')

/** Jobs that a worker sees to: those with something to do by when they were made, the others by when they ended. */
export const jobQueue = defineTable<
  [state: 'open' | 'ended', atMilliseconds: number, accountId: string, jobId: string],
  Readonly<Record<string, never>>
>(109, 'jobQueue')

/** Of an object: bucket, key and perhaps a version. */
export type JobTask = readonly [bucket: string, key: string, versionId?: string]

/** What a job has yet to do, some tasks at a time. */
export const jobTasks = defineTable<[jobId: string, number: number], { readonly tasks: readonly JobTask[] }>(
  110,
  'jobTasks',
)

/** Lines of a job's report, of as many tasks as were done together. */
export interface JobResultRow {
  readonly succeeded: string
  readonly failed: string
}

export const jobResults = defineTable<[jobId: string, number: number], JobResultRow>(111, 'jobResults')
