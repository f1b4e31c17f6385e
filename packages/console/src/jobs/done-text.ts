import type { JobSummary } from '../api/jobs.ts'
import { jobTexts } from '../texts/jobs.ts'

/** How far a job is. */
export function doneText({ succeeded, failed, total }: JobSummary): string {
  return jobTexts.done(succeeded.toLocaleString(), failed.toLocaleString(), total.toLocaleString())
}
