import type { Caller } from '../../../access/caller.ts'
import { newRequestId } from '../../../base/request-id.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { authorize, decideAccess, mayList } from '../../shared/deciding/authorize.ts'
import type { OperationContext } from '../../shared/service/operation.ts'
import type { S3Service } from '../../shared/service/service.ts'
import type { ReplicatedBucket } from './replicated-version.ts'

/** What is sealed and opened in, on behalf of a role: there is no request, and nothing leaves the server. */
export function replicationContext(
  service: S3Service,
  caller: Caller,
  { bucket }: ReplicatedBucket,
  signal: AbortSignal,
): OperationContext {
  const asking = { service, caller }
  return {
    service,
    caller,
    principal: caller.principal,
    head: { method: 'PUT', path: '/', query: '', headers: {} },
    facts: {
      remoteAddress: '127.0.0.1',
      isSecure: true,
      tlsVersion: undefined,
      requestId: newRequestId(service.random),
      hostId: '',
      receivedAt: service.clock.now(),
      signature: undefined,
    },
    bucket,
    signal,
    errorOf: (error) =>
      error instanceof S3Error ? error : new S3Error('InternalError', {}, { cause: error }),
    decide: async (rule, target) => decideAccess(asking, { rule, target }),
    authorize: async (rule, target, keys) => authorize(asking, { rule, target, keys }),
    noteAccess() {},
    mayList: async (target) => mayList(asking, target),
  }
}
