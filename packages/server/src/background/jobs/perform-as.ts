import type { Caller } from '../../access/caller.ts'
import { assert } from '../../base/assert.ts'
import { assertKeyLength } from '../../model/key-length.ts'
import type { OperationInputs, OperationName, OperationOutputs } from '../../model/types.gen.ts'
import { headOfInput } from '../../protocol/head-of-input.ts'
import { findOperation } from '../../s3/s3-operations.ts'
import { assertOwner, readBucket } from '../../s3/shared/bucket/bucket-row.ts'
import { contextWithoutRequest } from '../../s3/shared/deciding/context-without-request.ts'
import { directoryRuleOf, refuseDirectoryHeaders } from '../../s3/shared/deciding/directory-headers.ts'
import { isRequestCharged } from '../../s3/shared/deciding/requester-pays.ts'
import type { OperationContext } from '../../s3/shared/service/operation.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'

/** What jobs work with: the session of their role. */
export interface JobSession {
  readonly jobId: string
  readonly service: S3Service
  readonly caller: Caller
  readonly signal: AbortSignal
}

interface ObjectInput {
  readonly Bucket: string
  readonly Key: string
  readonly VersionId?: string | undefined
  readonly RequestPayer?: string | undefined
  readonly ExpectedBucketOwner?: string | undefined
}

/** Does an operation on an object as a request of the role would. Throws what it would be answered. */
export async function performAs<Name extends OperationName>(
  session: JobSession,
  name: Name,
  input: OperationInputs[Name] & ObjectInput,
): Promise<OperationOutputs[Name]> {
  return operationOf(name).handle(input, await contextAs(session, name, input))
}

/** What such a request would be done in, where the role may do it. Throws what it would be refused with. */
export async function contextAs<Name extends OperationName>(
  { service, caller, signal }: JobSession,
  name: Name,
  input: OperationInputs[Name] & ObjectInput,
): Promise<OperationContext> {
  const operation = operationOf(name)
  const { Bucket: bucketName, Key: key, VersionId: versionId, ExpectedBucketOwner: owner } = input
  assertKeyLength(key)
  const bucket = await readBucket(service.stores, bucketName)
  assertOwner(owner, bucket)
  // Throws where requesters pay, and this one did not say that it does.
  isRequestCharged(caller.principal, input.RequestPayer, bucket)
  const head = headOfInput(name, input)
  if (bucket.directory) refuseDirectoryHeaders(name, directoryRuleOf(operation), { head, query: new Map() })
  const context = contextWithoutRequest(service, { caller, head, operation: name, bucket, signal })
  const keys = { 'aws:SecureTransport': 'true', ...operation.contextKeys?.(input, service.clock.now()) }
  await context.authorize(operation.access, { bucketName, bucket, key, versionId }, keys)
  return context
}

function operationOf<Name extends OperationName>(name: Name) {
  const operation = findOperation(name)
  assert(operation, `${name} is an operation that is supported`)
  return operation
}
