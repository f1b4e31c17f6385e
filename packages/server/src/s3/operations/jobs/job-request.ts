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

/** Their members have names of the client's, which may be those of times: kept as pairs. */
export const NAMED_BY_CLIENT: ReadonlySet<string> = new Set(['UserArguments', 'UserMetadata'])

export function textOfRequest(request: JobRequest): string {
  const { ConfirmationRequired, Manifest, ManifestGenerator, Operation, Report } = request
  const kept = { ConfirmationRequired, Manifest, ManifestGenerator, Operation, Report }
  return JSON.stringify(kept, (name, value: unknown) =>
    NAMED_BY_CLIENT.has(name) && value !== undefined ? Object.entries(value as object) : value,
  )
}

/** As it came, times too. */
export function requestOf({ request }: Pick<JobRow, 'request'>): JobRequest {
  return JSON.parse(request, (name, value: unknown) => {
    if (NAMED_BY_CLIENT.has(name)) return Object.fromEntries(value as [string, string][])
    return TIMES.has(name) ? new Date(String(value)) : value
  }) as JobRequest
}
