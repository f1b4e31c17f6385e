import type { Caller } from '../../../access/caller.ts'
import type { RequestHead } from '../../../base/request-head.ts'
import { newRequestId } from '../../../base/request-id.ts'
import type { BucketRow } from '../../../metadata/tables/rows.ts'
import type { OperationName } from '../../../model/types.gen.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { OperationContext, ServiceSource } from '../service/operation.ts'
import type { S3Service } from '../service/service.ts'
import { authorize, decideAccess, refuseToList } from './authorize.ts'

export interface WorkWithoutRequest {
  readonly caller: Caller
  readonly head: RequestHead
  /** Absent where no condition of a policy looks at a request. */
  readonly operation?: OperationName
  readonly bucket: BucketRow | undefined
  readonly signal: AbortSignal
  /** Whose bucket it is about, where a service does it. */
  readonly onBehalfOf?: ServiceSource
}

/** What an operation is done in that no request asked for: it comes from this machine, and nothing leaves the server. */
export function contextWithoutRequest(
  service: S3Service,
  { caller, head, operation, bucket, signal, onBehalfOf }: WorkWithoutRequest,
): OperationContext {
  const facts = {
    remoteAddress: '127.0.0.1',
    isSecure: true,
    tlsVersion: undefined,
    requestId: newRequestId(service.random),
    hostId: '',
    receivedAt: service.clock.now(),
    signature: undefined,
  }
  const asking = {
    service,
    caller,
    ...(operation !== undefined && {
      request: { operation, head, query: new Map<string, string>(), facts },
    }),
  }
  return {
    service,
    caller,
    principal: caller.principal,
    head,
    facts,
    bucket,
    signal,
    onBehalfOf,
    errorOf: (error) =>
      error instanceof S3Error ? error : new S3Error('InternalError', {}, { cause: error }),
    decide: async (rule, target, keys) =>
      decideAccess(asking, { rule, target, keys: { ...onBehalfOf?.keys, ...keys } }),
    authorize: async (rule, target, keys) =>
      authorize(asking, { rule, target, keys: { ...onBehalfOf?.keys, ...keys } }),
    noteAccess() {},
    refuseToList: async (target) => refuseToList(asking, target),
  }
}
