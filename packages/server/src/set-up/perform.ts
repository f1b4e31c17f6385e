import type { Account } from '../access/accounts.ts'
import { rootCaller } from '../access/caller.ts'
import { assert } from '../base/assert.ts'
import type { OperationInputs, OperationName, OperationOutputs } from '../model/types.gen.ts'
import { headOfInput } from '../protocol/head-of-input.ts'
import { findOperation } from '../s3/s3-operations.ts'
import { readBucket } from '../s3/shared/bucket/bucket-row.ts'
import { contextWithoutRequest } from '../s3/shared/deciding/context-without-request.ts'
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
  return contextWithoutRequest(service, {
    caller: rootCaller(account),
    head: headOfInput(operation, input),
    operation,
    bucket: name === undefined ? undefined : await readBucket(service.stores, name),
    signal: new AbortController().signal,
  })
}
