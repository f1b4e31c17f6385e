import type { Caller } from '../../../access/caller.ts'
import { contextWithoutRequest } from '../../shared/deciding/context-without-request.ts'
import type { OperationContext } from '../../shared/service/operation.ts'
import type { S3Service } from '../../shared/service/service.ts'
import type { ReplicatedBucket } from './replicated-version.ts'

/** What is sealed and opened in, on behalf of a role. */
export function replicationContext(
  service: S3Service,
  caller: Caller,
  { bucket }: ReplicatedBucket,
  signal: AbortSignal,
): OperationContext {
  const head = { method: 'PUT', path: '/', query: '', headers: {} }
  return contextWithoutRequest(service, { caller, head, bucket, signal })
}
