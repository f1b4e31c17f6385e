import type { JobStatus } from '../../../metadata/tables/job-tables.ts'

/** Source: S3 User Guide, "Job statuses"; of those there is here all but Pausing: a job is Paused behind its row of tasks at once. */
export const JOB_STATUSES: ReadonlySet<string> = new Set([
  'New',
  'Preparing',
  'Suspended',
  'Ready',
  'Active',
  'Pausing',
  'Paused',
  'Completing',
  'Complete',
  'Cancelling',
  'Cancelled',
  'Failing',
  'Failed',
])

const ENDED: ReadonlySet<JobStatus> = new Set(['Complete', 'Cancelled', 'Failed'])
const ENDING: ReadonlySet<JobStatus> = new Set(['Completing', 'Cancelling', 'Failing'])

export function isEnded(status: JobStatus): boolean {
  return ENDED.has(status)
}

/** Whether it can still be cancelled. */
export function isUnderWay(status: JobStatus): boolean {
  return !ENDED.has(status) && !ENDING.has(status)
}
