import type { JobRow } from '../../../metadata/tables/job-tables.ts'
import type { CreateJobInput } from '../../../model/types.gen.ts'

/** What a job is asked to do. */
export type JobRequest = Pick<
  CreateJobInput,
  'ConfirmationRequired' | 'Manifest' | 'ManifestGenerator' | 'Operation' | 'Report'
>

const TIMES: ReadonlySet<string> = new Set([
  'CreatedAfter',
  'CreatedBefore',
  'HttpExpiresDate',
  'ModifiedSinceConstraint',
  'ObjectLockRetainUntilDate',
  'RetainUntilDate',
  'UnModifiedSinceConstraint',
])

export function textOfRequest(request: JobRequest): string {
  const { ConfirmationRequired, Manifest, ManifestGenerator, Operation, Report } = request
  return JSON.stringify({ ConfirmationRequired, Manifest, ManifestGenerator, Operation, Report })
}

/** As it came, times too. */
export function requestOf({ request }: Pick<JobRow, 'request'>): JobRequest {
  return JSON.parse(request, (name, value: unknown) =>
    TIMES.has(name) ? new Date(String(value)) : value,
  ) as JobRequest
}
