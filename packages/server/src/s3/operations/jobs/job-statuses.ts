import type { JobStatus } from '../../../metadata/tables/job-tables.ts'

/** Source: S3 User Guide, "Job statuses". */
const ENDED: ReadonlySet<JobStatus> = new Set(['Complete', 'Cancelled', 'Failed'])
const ENDING: ReadonlySet<JobStatus> = new Set(['Completing', 'Cancelling', 'Failing'])

export function isEnded(status: JobStatus): boolean {
  return ENDED.has(status)
}

/** Whether it can still be cancelled. */
export function isUnderWay(status: JobStatus): boolean {
  return !ENDED.has(status) && !ENDING.has(status)
}
