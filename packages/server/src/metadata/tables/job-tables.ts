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

/**
 * Jobs by when something began that has an end: that they wait for somebody, that they have ended. `open`, by when they were made:
 * those of versions before there were turns, until a worker gives them one.
 */
export const jobQueue = defineTable<
  [state: 'suspended' | 'ended' | 'open', atMilliseconds: number, accountId: string, jobId: string],
  Readonly<Record<string, never>>
>(109, 'jobQueue')

/**
 * Jobs that have not ended: of each account those with something to do (`due`) in the order in which they have their turn, and those
 * that wait for somebody (`waiting`). One that is Active is `active` besides.
 */
export const jobTurns = defineTable<
  [
    state: 'due' | 'waiting' | 'active',
    accountId: string,
    rank: number,
    createdMilliseconds: number,
    jobId: string,
  ],
  Readonly<Record<string, never>>
>(125, 'jobTurns')

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
