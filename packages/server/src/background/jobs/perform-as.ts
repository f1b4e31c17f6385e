import type { Caller } from '../../access/caller.ts'
import { assert } from '../../base/assert.ts'
import { assertKeyLength } from '../../model/key-length.ts'
import type { OperationInputs, OperationName, OperationOutputs } from '../../model/types.gen.ts'
import { headOfInput } from '../../protocol/head-of-input.ts'
import { findOperation } from '../../s3/s3-operations.ts'
import { readBucket } from '../../s3/shared/bucket/bucket-row.ts'
import { contextWithoutRequest } from '../../s3/shared/deciding/context-without-request.ts'
import { directoryRuleOf, refuseDirectoryHeaders } from '../../s3/shared/deciding/directory-headers.ts'
import { isRequestCharged } from '../../s3/shared/deciding/requester-pays.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'

/** What jobs work with: the session of their role. */
export interface JobSession {
  readonly service: S3Service
  readonly caller: Caller
  readonly signal: AbortSignal
}

interface ObjectInput {
  readonly Bucket: string
  readonly Key: string
  readonly VersionId?: string | undefined
  readonly RequestPayer?: string | undefined
}

/** Does an operation on an object as a request of the role would. Throws what it would be answered. */
export async function performAs<Name extends OperationName>(
  { service, caller, signal }: JobSession,
  name: Name,
  input: OperationInputs[Name] & ObjectInput,
): Promise<OperationOutputs[Name]> {
  const operation = findOperation(name)
  assert(operation, `${name} is an operation that is supported`)
  const { Bucket: bucketName, Key: key, VersionId: versionId } = input
  assertKeyLength(key)
  const bucket = await readBucket(service.stores, bucketName)
  // Throws where requesters pay, and this one did not say that it does.
  isRequestCharged(caller.principal, input.RequestPayer, bucket)
  const head = headOfInput(name, input)
  if (bucket.directory) refuseDirectoryHeaders(name, directoryRuleOf(operation), { head, query: new Map() })
  const context = contextWithoutRequest(service, { caller, head, operation: name, bucket, signal })
  const keys = { 'aws:SecureTransport': 'true', ...operation.contextKeys?.(input, service.clock.now()) }
  await context.authorize(operation.access, { bucketName, bucket, key, versionId }, keys)
  return operation.handle(input, context)
}
