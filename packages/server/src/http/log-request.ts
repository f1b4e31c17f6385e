import type { Log } from '../base/log.ts'
import type { FailedRequest } from '../protocol/error-document.ts'
import type { RequestTrail } from './request-trail.ts'

/** A line of the log for a request that has been answered. */
export function logRequest(
  log: Log,
  { requestId, method, resource: path }: FailedRequest,
  { operation }: RequestTrail,
  outcome: { readonly status: number; readonly milliseconds: number },
): void {
  log.debug({ requestId, operation, method, path, ...outcome }, 'request')
}
