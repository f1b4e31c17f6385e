import { hash } from 'node:crypto'
import { WRITES_DIRECTORY } from '../../../access/access-rule.ts'
import { soon } from '../../../base/soon.ts'
import type { BucketRow, ObjectRow } from '../../../metadata/tables/rows.ts'
import { current, renameTokens } from '../../../metadata/tables/tables.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { assertKeyLength } from '../../../model/key-length.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { RenameObjectInput } from '../../../model/types.gen.ts'
import { bucketForWrite } from '../../shared/bucket/bucket-row.ts'
import { changeContent } from '../../shared/content/change-content.ts'
import { assertInExpress } from '../../shared/deciding/directory-headers.ts'
import {
  assertWritePreconditions,
  failedPrecondition,
  preconditionFailed,
} from '../../shared/object/preconditions.ts'
import { dayOf } from '../../shared/service/day-of.ts'
import { bucketOf, defineOperation, type OperationContext } from '../../shared/service/operation.ts'
import { letGoOfCurrent } from '../../shared/version-rows/count-version.ts'

/** One commit, in which the row of the object gets another key. All that it says stays as it is, and no bytes are moved. */
export const RenameObject = defineOperation('RenameObject', {
  isOfDirectories: true,
  access: { action: 's3express:CreateSession', on: 'object', directory: WRITES_DIRECTORY },
  async handle(input, context) {
    assertInExpress(bucketOf(context), 'x-amz-rename-source')
    const source = sourceKey(input)
    // Source: S3 User Guide, "Renaming objects in directory buckets": it "will not succeed" on these.
    if (source.endsWith('/') || input.Key.endsWith('/'))
      throw invalid('Objects whose name ends with a slash cannot be renamed')
    assertToken(input.ClientToken)
    await changeContent(context.service, async (transaction) => {
      const bucket = await bucketForWrite(transaction, input.Bucket, bucketOf(context))
      if (await wasDone(transaction, context, bucket, input)) return
      await rename(transaction, bucket, input, source)
    })
    return {}
  },
})

/** The key, in percent-encoding; with its bucket in front or without. */
function sourceKey({ Bucket, RenameSource }: RenameObjectInput): string {
  const decoded = decode(RenameSource)
  const inBucket = `${Bucket}/`
  const path = decoded.startsWith(`/${inBucket}`) ? decoded.slice(1) : decoded
  const key = path.startsWith(inBucket) ? path.slice(inBucket.length) : path
  if (key === '') throw invalidSource(RenameSource)
  assertKeyLength(key)
  return key
}

function decode(source: string): string {
  try {
    return decodeURIComponent(source)
  } catch {
    throw invalidSource(source)
  }
}

function invalidSource(source: string): S3Error {
  const fields = { ArgumentName: 'x-amz-rename-source', ArgumentValue: source }
  return new S3Error('InvalidArgument', fields, {
    message: 'The source of a rename must be a key, URL-encoded',
  })
}

/** Source: S3 API Reference, RenameObject, `x-amz-client-token`. */
const TOKEN = /^[\x21-\x7e]{1,64}$/

function assertToken(token: string | undefined): void {
  if (token === undefined || TOKEN.test(token)) return
  const fields = { ArgumentName: 'x-amz-client-token', ArgumentValue: token }
  throw new S3Error('InvalidArgument', fields, { message: 'The client token is invalid' })
}

/**
 * Whether the request was carried out before, and is only sent again; else it is noted as one that is. Throws IdempotencyParameterMismatch
 * where another one had its token.
 */
async function wasDone(
  transaction: Transaction,
  { service }: OperationContext,
  { id }: BucketRow,
  { ClientToken: token, ...parameters }: RenameObjectInput,
): Promise<boolean> {
  if (token === undefined) return false
  const today = dayOf(service.clock)
  const known =
    (await transaction.get(renameTokens, today, id, token)) ??
    (await transaction.get(renameTokens, Math.max(today - 1, 0), id, token))
  const digest = hash(
    'sha256',
    JSON.stringify(Object.entries(parameters).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    'base64',
  )
  if (!known) transaction.put(renameTokens, [today, id, token], { digest })
  else if (known.digest !== digest) throw new S3Error('IdempotencyParameterMismatch')
  return known !== undefined
}

async function rename(
  transaction: Transaction,
  bucket: BucketRow,
  input: RenameObjectInput,
  source: string,
): Promise<void> {
  const row = await transaction.get(current, bucket.id, source)
  if (!row) throw new S3Error('NoSuchKey', { Key: source })
  assertSource(input, row)
  const replaced = source === input.Key ? row : await transaction.get(current, bucket.id, input.Key)
  assertDestination(input, replaced)
  if (source === input.Key) return
  await soon(replaced && letGoOfCurrent(transaction, bucket.id, replaced), () => undefined)
  transaction.remove(current, bucket.id, source)
  transaction.put(current, [bucket.id, input.Key], row)
}

function assertSource(input: RenameObjectInput, row: ObjectRow): void {
  const conditions = {
    ifMatch: input.SourceIfMatch,
    ifNoneMatch: input.SourceIfNoneMatch,
    ifModifiedSince: input.SourceIfModifiedSince,
    ifUnmodifiedSince: input.SourceIfUnmodifiedSince,
  }
  const failed = failedPrecondition(conditions, row)
  if (failed) throw preconditionFailed(`x-amz-rename-source-${failed.toLowerCase()}`)
}

/** Of what is not there nothing matches, nothing was modified, and nothing was modified too late. */
function assertDestination(input: RenameObjectInput, row: ObjectRow | undefined): void {
  const { DestinationIfMatch: ifMatch, DestinationIfNoneMatch: ifNoneMatch, Key } = input
  const { DestinationIfModifiedSince: ifModifiedSince, DestinationIfUnmodifiedSince: ifUnmodifiedSince } =
    input
  assertWritePreconditions({ ifNoneMatch }, row, Key)
  if (!row) {
    if (ifMatch !== undefined) throw preconditionFailed('If-Match')
    if (ifModifiedSince) throw preconditionFailed('If-Modified-Since')
    return
  }
  const failed = failedPrecondition({ ifMatch, ifModifiedSince, ifUnmodifiedSince }, row)
  if (failed) throw preconditionFailed(failed)
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidRequest', {}, { message })
}
