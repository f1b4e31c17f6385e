import { WRITES_DIRECTORY } from '../../../access/access-rule.ts'
import type { ChecksumRow, CompletedUploadRow, ObjectRow, UploadRow } from '../../../metadata/tables/rows.ts'
import { current, uploads } from '../../../metadata/tables/tables.ts'
import { readRow, transact } from '../../../metadata/transaction.ts'
import type { CompleteMultipartUploadInput } from '../../../model/types.gen.ts'
import { assertConditionsProtected } from '../../shared/object/conditional-write.ts'
import { authorizeMatch } from '../../shared/deciding/authorize-match.ts'
import { bucketForWrite } from '../../shared/bucket/bucket-row.ts'
import { checksumMembers, quoted } from '../../shared/object/describe.ts'
import { announceObject } from '../../shared/announcing/announce.ts'
import { randomEtag } from '../../shared/object/etag.ts'
import { expirationMember } from '../../shared/object/expiration-header.ts'
import { bucketOf, defineOperation, type OperationContext } from '../../shared/service/operation.ts'
import { markedForReplication } from '../../shared/replicating/queue-replication.ts'
import { assertNotBlocked } from '../../shared/sealing/blocked-encryption.ts'
import { encryptionMembers, shownEncryption } from '../../shared/sealing/encryption-members.ts'
import { putUploadedReplica, REPLICATE_OBJECT, replicaOf } from '../../shared/replicas/receive-replica.ts'
import { refuseConditions } from '../../shared/object/preconditions.ts'
import { assertMayDecrypt } from '../../shared/sealing/open-encryption.ts'
import { markTiered } from '../../shared/storage-tiers/mark-tiered.ts'
import { putBegunVersion } from '../../shared/version-rows/put-begun-version.ts'
import { createdVersionId } from '../../shared/object/version-order.ts'
import { assertConsecutive, type AssembledParts, assembleParts } from './assemble-parts.ts'
import { assertCompletionChecksum, checksumOfParts } from './checksum-of-parts.ts'
import { digestOfList, findCompletion, rememberCompletion } from './completed-upload.ts'
import { isUploadId } from '../../../model/upload-id.ts'
import { assertSameReplica, noSuchUpload, type UploadAddress } from './find-upload.ts'
import { endUploadsOfReplica } from './end-uploads-of-replica.ts'
import { replaceUpload } from './replace-upload.ts'
import { bucketAsBegun } from './upload-version.ts'
import { assertKeyOfChecksums } from './upload-key.ts'

export const CompleteMultipartUpload = defineOperation('CompleteMultipartUpload', {
  access: {
    action: 's3:PutObject',
    on: 'object',
    acl: { on: 'bucket', grant: 'WRITE' },
    directory: WRITES_DIRECTORY,
  },
  replicaAccess: REPLICATE_OBJECT,
  answersEarly: true,
  async handle(input, context) {
    if (!isUploadId(input.UploadId)) noSuchUpload(input)
    refuseConditions(context.head, ['If-Unmodified-Since'])
    const bucket = bucketOf(context)
    assertConditionsProtected(context, input)
    await authorizeMatch(context, { bucketName: input.Bucket, bucket, key: input.Key }, input.IfMatch)
    const upload = await readRow(
      context.service.stores.metadata,
      uploads,
      bucket.id,
      input.Key,
      input.UploadId,
    )
    if (upload) assertKeyOfChecksums(context, upload, input)
    // Source: S3 User Guide, "Multipart upload and permissions": whoever completes may decrypt the parts.
    const target = { bucketName: input.Bucket, key: input.Key }
    await assertMayDecrypt(context, upload?.traits.encryption, target)
    const { etag, checksum, versionId, encryption } = await complete(input, context)
    return {
      Location: locationOf(context),
      Bucket: input.Bucket,
      Key: input.Key,
      ETag: quoted(etag),
      ...checksumMembers(checksum),
      ...(versionId !== undefined && { VersionId: versionId }),
      ...(await expirationOf(input, etag, context)),
      ...encryptionMembers(encryption, input),
    }
  },
})

async function expirationOf(
  { Key }: UploadAddress,
  etag: string,
  context: OperationContext,
): Promise<{ Expiration?: string }> {
  const { service } = context
  const bucket = bucketOf(context)
  if (!bucket.documents?.lifecycle || bucket.directory) return {}
  const row = await readRow(service.stores.metadata, current, bucket.id, Key)
  return row?.etag === etag ? expirationMember(service, bucket, Key, row) : {}
}

/**
 * One commit: the object appears, the upload and the rows of its parts go. No bytes are copied. Where that happened
 * before, the same request gets the same answer, so that a client which lost the first one may ask again.
 */
async function complete(
  input: CompleteMultipartUploadInput,
  context: OperationContext,
): Promise<CompletedUploadRow> {
  const { service } = context
  const replica = replicaOf(context.head)
  const contentId = service.contentIds.next()
  const listed = input.MultipartUpload.Parts ?? []
  const completed = await transact(service.stores.metadata, async (transaction) => {
    const bucketNow = await bucketForWrite(transaction, input.Bucket, bucketOf(context))
    const upload = await transaction.get(uploads, bucketNow.id, input.Key, input.UploadId)
    if (!upload) {
      const before = await findCompletion(transaction, service.clock, bucketNow, input, listed)
      return before ?? noSuchUpload(input)
    }
    const bucket = bucketAsBegun(bucketNow, upload)
    assertSameReplica(input, upload, replica)
    assertNotBlocked(bucket, upload.traits.encryption?.kind)
    const assembled = await assembleParts(transaction, input, upload, service.settings.minimumPartBytes)
    // A replica has the parts of its original, which may be of before this was asked for.
    if (!replica) assertConsecutive(assembled, upload, input, bucket)
    const etag = randomEtag(bucket, service.random) ?? assembled.etag
    const row = await objectRow(upload, { ...assembled, etag }, contentId)
    assertCompletionChecksum(input, row.checksum)
    const conditions = { ifMatch: input.IfMatch, ifNoneMatch: input.IfNoneMatch }
    markTiered(transaction, input.Bucket, bucket, row)
    const write = async (): Promise<ObjectRow> => {
      if (replica) return putUploadedReplica(transaction, context, bucket, input, row, replica)
      const marked = await markedForReplication(transaction, service, bucket, input.Key, row)
      const written = await putBegunVersion(
        transaction,
        service,
        bucket,
        input.Key,
        marked,
        upload.versionId,
        conditions,
      )
      const event = { name: 'ObjectCreated:CompleteMultipartUpload', key: input.Key, cause: context } as const
      await announceObject(transaction, service, input.Bucket, bucket, written, event)
      return written
    }
    const { VersionId } = createdVersionId(bucket, await write())
    if (replica) await endUploadsOfReplica(transaction, service.stores, bucket, input, replica.order)
    await replaceUpload(transaction, bucket, input, contentId, assembled)
    const answer = {
      bucketId: bucket.id,
      key: input.Key,
      listDigest: digestOfList(listed),
      encryption: shownEncryption(upload.traits.encryption),
      etag: row.etag,
      checksum: row.checksum,
      versionId: VersionId,
    }
    rememberCompletion(transaction, service.clock, input.UploadId, answer)
    return answer
  })
  service.garbageAdded()
  return completed
}

async function objectRow(
  upload: UploadRow,
  { parts: listed, etag, sizeBytes }: AssembledParts,
  contentId: string,
): Promise<ObjectRow & { readonly checksum: ChecksumRow }> {
  return {
    ...upload.traits,
    etag,
    sizeBytes,
    // Source: S3 User Guide, "Working with object metadata", `Last-Modified`: "the date of initiation of the multipart upload".
    modifiedMilliseconds: upload.initiatedMilliseconds,
    content: { kind: 'parts', id: contentId, partCount: listed.length },
    checksum: await checksumOfParts(listed, upload),
  }
}

/** As the object was addressed, with the bucket in the host or in the path. */
function locationOf({ head, facts, service }: OperationContext): string {
  const host = head.headers['host'] ?? `s3.${service.settings.region}.amazonaws.com`
  return `${facts.isSecure ? 'https' : 'http'}://${host}${head.path}`
}
