import { assert } from '../../base/assert.ts'
import { iamOperations } from '../../iam/iam-operations.ts'
import type { IamService } from '../../iam/shared/iam-service.ts'
import { mayCallIam } from '../../identities/is-limited-session.ts'
import type { SigningCaller } from '../../identities/signing-caller.ts'
import { assertKeyLength } from '../../model/key-length.ts'
import { QueryError } from '../../model/query-error.ts'
import { findOperation } from '../../s3/s3-operations.ts'
import { readBucket } from '../../s3/shared/bucket/bucket-row.ts'
import { contextWithoutRequest } from '../../s3/shared/deciding/context-without-request.ts'
import type { AccessTarget } from '../../s3/shared/service/access-target.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { AdministrationError, invalidRequest } from '../administration-error.ts'
import type { ProposedChange } from './proposed-changes.ts'

/** The services of one store, in which a change is made. */
export interface ChangedServices {
  readonly s3: S3Service
  readonly iam: IamService
}

/** Makes a change as a request of the caller would: by the operation itself, with its permission. Throws what it would be answered. */
export async function makeChange(
  services: ChangedServices,
  caller: SigningCaller,
  change: ProposedChange,
): Promise<void> {
  if (isOfS3(change)) return perform(services.s3, caller, change)
  const { operation, input } = change
  // What is proposed is what is to count.
  const given = operation === 'CreatePolicyVersion' ? { ...input, SetAsDefault: true } : input
  return call(services.iam, caller, operation, given)
}

type OfS3 = Extract<
  ProposedChange,
  { readonly input: { readonly Bucket: string } | { readonly Name: string } }
>

function isOfS3(change: ProposedChange): change is OfS3 {
  return 'Bucket' in change.input || 'Name' in change.input
}

async function perform(
  service: S3Service,
  caller: SigningCaller,
  { operation: name, input }: OfS3,
): Promise<void> {
  const operation = findOperation(name)
  assert(operation, `${name} is an operation that is supported`)
  const target = await targetOf(service, input)
  const head = { method: 'PUT', path: '/', query: '', headers: {} }
  const { signal } = new AbortController()
  const work = { caller, head, operation: name, bucket: target?.bucket, signal }
  const context = contextWithoutRequest(service, work)
  // Whence the question comes, the change would.
  await context.authorize(operation.access, target, caller.conditions)
  await operation.handle(input, context)
}

/** Access points are the account's. */
async function targetOf(service: S3Service, input: OfS3['input']): Promise<AccessTarget | undefined> {
  if (!('Bucket' in input)) return undefined
  const { Bucket: bucketName } = input
  const key = 'Key' in input ? input.Key : undefined
  const versionId = 'VersionId' in input ? input.VersionId : undefined
  if (key !== undefined) assertKeyLength(key)
  return { bucketName, bucket: await readBucket(service.stores, bucketName), key, versionId }
}

async function call(
  service: IamService,
  caller: SigningCaller,
  name: string,
  input: Readonly<Record<string, unknown>>,
): Promise<void> {
  const operation = iamOperations.get(name)
  assert(operation, `${name} is an operation that is supported`)
  // Nor does IAM itself hear them.
  if (!mayCallIam(caller)) throw new AdministrationError('AccessDenied', 'This session may not call IAM')
  try {
    await operation.run(input, { service, caller })
  } catch (cause) {
    if (!(cause instanceof QueryError)) throw cause
    if (cause.status === 403) throw new AdministrationError('AccessDenied', cause.message, { cause })
    throw cause.status === 404
      ? new AdministrationError('NotFound', cause.message, { cause })
      : invalidRequest(cause.message)
  }
}
