import type { ChecksumAlgorithm } from '../../../base/checksums.ts'
import type { BucketRow, Content, ObjectRow } from '../../../metadata/tables/rows.ts'
import { current } from '../../../metadata/tables/tables.ts'
import { readRow, type Transaction } from '../../../metadata/transaction.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { PutObjectInput, PutObjectOutput } from '../../../model/types.gen.ts'
import {
  checksumAlgorithm,
  DEFAULT_CHECKSUM_ALGORITHM,
  readClaimedDigests,
} from '../../../model/upload-checksum.ts'
import { bucketForWrite } from '../../shared/bucket/bucket-row.ts'
import { changeContent } from '../../shared/content/change-content.ts'
import { assertInExpress } from '../../shared/deciding/directory-headers.ts'
import { linkContent } from '../../shared/content/link-content.ts'
import { storeContent, type StoredContent } from '../../shared/content/store-content.ts'
import { newObjectRow } from '../../shared/new-object/new-object-row.ts'
import { objectTraits } from '../../shared/new-object/object-traits.ts'
import { keepOrDiscard } from '../../shared/new-object/write-object.ts'
import { checksumMembers, quoted } from '../../shared/object/describe.ts'
import { randomEtag } from '../../shared/object/etag.ts'
import { expirationMember } from '../../shared/object/expiration-header.ts'
import { assertWritePreconditions } from '../../shared/object/preconditions.ts'
import { chooseEncryption } from '../../shared/sealing/choose-encryption.ts'
import { encryptionInDirectory } from '../../shared/sealing/directory-encryption.ts'
import { encryptionMembers } from '../../shared/sealing/encryption-members.ts'
import { sealFurther } from '../../shared/sealing/open-encryption.ts'
import { bucketOf, type OperationContext } from '../../shared/service/operation.ts'
import { countCurrent } from '../../shared/version-rows/count-version.ts'
import { appendedChecksum, appendPart, assertRoomForPart, lastListOf } from './appended-parts.ts'

/**
 * Adds the body to the end of an object, which has to be as long as the offset says; what is not there is made, at offset 0. The bytes are
 * stored as those of any upload; then one commit makes them a part of the object, and moves none of those that were there. Source: S3
 * User Guide, "Appending data to objects in directory buckets".
 */
export async function appendObject(
  input: PutObjectInput,
  offset: number,
  context: OperationContext,
): Promise<PutObjectOutput> {
  const { service, head } = context
  const bucket = bucketOf(context)
  // Source: S3 API Reference, PutObject, InvalidRequest, and of Local Zones `x-amz-write-offset-bytes`.
  assertInExpress(bucket, 'x-amz-write-offset-bytes')
  if (!input.Body || input.Body.sizeBytes === 0) throw emptyBody()
  const seen = await readRow(service.stores.metadata, current, bucket.id, input.Key)
  // Again in the commit; a body that is of no use need not be sent.
  assertMayAppend(seen, offset, input)
  if (seen) {
    assertRoomForPart(seen)
    if (Object.keys(input.Metadata ?? {}).length > 0) throw invalid(WITH_METADATA)
  }
  const { traits, sealer } = seen
    ? { traits: seen, sealer: await sealerOf(input, seen, context) }
    : await beginning(input, context)
  const claims = readClaimedDigests(head.headers)
  const stored = await storeContent(
    service,
    input.Body,
    claims,
    seen
      ? algorithmOf(seen, claims.checksum?.algorithm)
      : (claims.checksum?.algorithm ?? DEFAULT_CHECKSUM_ALGORITHM),
    context,
    sealer,
    traits,
  )
  const row = await keepOrDiscard(service, stored, async () => {
    // Of a body that did not tell its length.
    if (stored.sizeBytes === 0) throw emptyBody()
    const row = seen ? await appendedRow(context, seen, stored) : newObjectRow(context, traits, stored)
    await commitAppended(input, context, { seen, row, stored, offset })
    return row
  })
  return {
    ETag: quoted(row.etag),
    ...checksumMembers(row.checksum),
    ...encryptionMembers(row.encryption, input),
    ...(await expirationMember(service, bucket, input.Key, row)),
    Size: row.sizeBytes,
  }
}

const WITH_METADATA =
  'Cannot specify both a write offset value and user-defined object metadata for existing objects.'

/** Source: S3 API Reference, PutObject, `x-amz-write-offset-bytes`. */
function assertMayAppend(
  existing: ObjectRow | undefined,
  offset: number,
  { Key, IfMatch: ifMatch, IfNoneMatch: ifNoneMatch }: PutObjectInput,
): void {
  if (offset !== (existing?.sizeBytes ?? 0)) throw new S3Error('InvalidWriteOffset')
  assertWritePreconditions({ ifMatch, ifNoneMatch }, existing, Key)
}

/** What there is of an object that begins with this. */
async function beginning(input: PutObjectInput, context: OperationContext) {
  const { row: encryption, sealer } = await chooseEncryption(context, input)
  return { traits: { ...(await objectTraits(context, input)), encryption }, sealer }
}

/** Seals further bytes as the object is. Throws EncryptionTypeMismatch where the request, its session or the bucket mean another encryption. */
async function sealerOf(input: PutObjectInput, { encryption }: ObjectRow, context: OperationContext) {
  const meant = encryptionInDirectory(context, input, false)
  const keyArn = encryption && 'keyArn' in encryption ? encryption.keyArn : undefined
  if ((encryption?.kind ?? 'AES256') !== meant.algorithm || keyArn !== meant.keyArn)
    throw new S3Error('EncryptionTypeMismatch')
  return sealFurther(context, encryption, {}, { bucketName: input.Bucket, key: input.Key })
}

/**
 * The object keeps the algorithm of its checksum, and a request that brings one of another is refused. CRC64NVME is what an object has
 * of which nobody said anything; SDKs send another by default. Source: S3 API Reference, PutObject, InvalidRequest.
 */
function algorithmOf({ checksum }: ObjectRow, claimed: ChecksumAlgorithm | undefined): ChecksumAlgorithm {
  const own = checksum ? checksumAlgorithm(checksum.algorithm) : DEFAULT_CHECKSUM_ALGORITHM
  if (claimed === undefined || claimed === own || own === DEFAULT_CHECKSUM_ALGORITHM) return own
  const [expected, actual] = [own.toLowerCase(), claimed.toLowerCase()]
  throw invalid(
    `Checksum Type mismatch occurred, expected checksum Type: ${expected}, actual checksum Type: ${actual}`,
  )
}

async function appendedRow(
  { service, bucket }: OperationContext,
  seen: ObjectRow,
  stored: StoredContent,
): Promise<ObjectRow> {
  return {
    ...seen,
    etag: randomEtag(bucket, service.random) ?? seen.etag,
    sizeBytes: seen.sizeBytes + stored.sizeBytes,
    modifiedMilliseconds: service.clock.now().getTime(),
    checksum: await appendedChecksum(service.stores, seen, stored),
  }
}

interface Appended {
  readonly seen: ObjectRow | undefined
  readonly row: ObjectRow
  readonly stored: StoredContent
  readonly offset: number
}

async function commitAppended(
  input: PutObjectInput,
  context: OperationContext,
  appended: Appended,
): Promise<void> {
  const { service } = context
  const { seen, stored } = appended
  const contentId = service.contentIds.next()
  const lastList = seen && (await lastListOf(service.stores, seen.content))
  await changeContent(service, async (transaction) => {
    const bucket = await bucketForWrite(transaction, input.Bucket, bucketOf(context))
    await assertAsSeen(transaction, bucket, input, appended)
    await linkContent(transaction, stored)
    const content: Content = seen
      ? await appendPart(transaction, { seen, stored, contentId, lastList })
      : stored.content
    if (seen) countCurrent(transaction, bucket.id, seen, -1)
    const row = { ...appended.row, content }
    countCurrent(transaction, bucket.id, row)
    transaction.put(current, [bucket.id, input.Key], row)
  })
}

/** The object is the one that the bytes were stored for, or the offset is another by now. */
async function assertAsSeen(
  transaction: Transaction,
  bucket: BucketRow,
  input: PutObjectInput,
  { seen, offset }: Appended,
): Promise<void> {
  const existing = await transaction.get(current, bucket.id, input.Key)
  if ((existing === undefined) !== (seen === undefined)) throw new S3Error('InvalidWriteOffset')
  assertMayAppend(existing, offset, input)
  // Another object of the same length: the bytes are sealed as the one before.
  if (existing?.etag !== seen?.etag) throw new S3Error('OperationAborted')
}

function emptyBody(): S3Error {
  return invalid("Request body cannot be empty when 'write offset' is specified.")
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidRequest', {}, { message })
}
