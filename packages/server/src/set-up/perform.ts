import type { Account } from '../access/accounts.ts'
import { rootCaller } from '../access/caller.ts'
import { assert } from '../base/assert.ts'
import { newRequestId } from '../base/request-id.ts'
import { S3Error } from '../model/s3-error.ts'
import type { OperationInputs, OperationName, OperationOutputs } from '../model/types.gen.ts'
import { headOfInput } from '../protocol/head-of-input.ts'
import { findOperation } from '../s3/s3-operations.ts'
import { readBucket } from '../s3/shared/bucket/bucket-row.ts'
import { authorize, decideAccess, mayList } from '../s3/shared/deciding/authorize.ts'
import type { OperationContext } from '../s3/shared/service/operation.ts'
import type { S3Service } from '../s3/shared/service/service.ts'

/**
 * Does an operation in the name of an account, without a request: the operator asks, whom no policy of a bucket keeps from it.
 * All else is as for a request. Throws what the operation throws.
 */
export async function perform<Name extends OperationName>(
  service: S3Service,
  account: Account,
  name: Name,
  input: OperationInputs[Name],
): Promise<OperationOutputs[Name]> {
  const operation = findOperation(name)
  assert(operation, `${name} is an operation that is supported`)
  return operation.handle(input, await operatorContext(service, account, name, input))
}

/** What an operation is done in that the operator asks for in the name of an account. */
export async function operatorContext(
  service: S3Service,
  account: Account,
  operation: OperationName,
  input: object,
): Promise<OperationContext> {
  const isAboutBucket = findOperation(operation)?.access.on !== 'account'
  const name = 'Bucket' in input && isAboutBucket ? String(input.Bucket) : undefined
  const caller = rootCaller(account)
  const head = headOfInput(operation, input)
  const facts = {
    remoteAddress: '127.0.0.1',
    isSecure: true,
    tlsVersion: undefined,
    requestId: newRequestId(service.random),
    hostId: '',
    receivedAt: service.clock.now(),
    signature: undefined,
  }
  const asking = { service, caller, request: { operation, head, query: new Map<string, string>(), facts } }
  return {
    service,
    caller,
    principal: caller.principal,
    head,
    facts,
    bucket: name === undefined ? undefined : await readBucket(service.stores, name),
    signal: new AbortController().signal,
    errorOf: (error) =>
      error instanceof S3Error ? error : new S3Error('InternalError', {}, { cause: error }),
    decide: async (rule, target) => decideAccess(asking, { rule, target }),
    authorize: async (rule, target, keys) => authorize(asking, { rule, target, keys }),
    noteAccess() {},
    mayList: async (target) => mayList(asking, target),
  }
}
