import type { ObjectRow } from '../../metadata/tables/rows.ts'
import { garbage, partLists, parts, uploads } from '../../metadata/tables/tables.ts'
import { transact } from '../../metadata/transaction.ts'
import type { CompleteMultipartUploadInput } from '../../model/types.gen.ts'
import { bucketForWrite } from '../bucket-row.ts'
import { checksumMembers, quoted } from '../describe.ts'
import { bucketOf, defineOperation, type OperationContext } from '../operation.ts'
import { refuseUnsupported } from '../unsupported-input.ts'
import { putVersion } from '../versions/put-version.ts'
import { shownVersionId } from '../versions/version-order.ts'
import { assembleParts } from './assemble-parts.ts'
import { assertCompletionChecksum, checksumOfParts } from './checksum-of-parts.ts'
import { findUpload, uploadForWrite } from './find-upload.ts'
import { partListRows } from './part-list.ts'

export const CompleteMultipartUpload = defineOperation('CompleteMultipartUpload', {
  access: { action: 's3:PutObject', on: 'object', acl: { on: 'bucket', grant: 'WRITE' } },
  answersEarly: true,
  async handle(input, context) {
    refuseUnsupported(input, { SSECustomerAlgorithm: 'x-amz-server-side-encryption-customer-algorithm' })
    // Before anything else, so that an unknown upload is told apart from a wrong list.
    await findUpload(context.service.stores, bucketOf(context), input)
    const { row, version } = await complete(input, context)
    return {
      Location: locationOf(context, input),
      Bucket: input.Bucket,
      Key: input.Key,
      ETag: quoted(row.etag),
      ...checksumMembers(row.checksum),
      ...version,
    }
  },
})

/** One commit: the object appears, the upload and the rows of its parts go. No bytes are copied. */
async function complete(
  input: CompleteMultipartUploadInput,
  { service }: OperationContext,
): Promise<{ row: ObjectRow; version: { VersionId?: string } }> {
  const contentId = service.random.bytes(12).toString('base64url')
  const completed = await transact(service.stores.metadata, async (transaction) => {
    const bucket = await bucketForWrite(transaction, input.Bucket)
    const upload = await uploadForWrite(transaction, bucket, input)
    const assembled = await assembleParts(transaction, input, upload, service.settings.minimumPartBytes)
    const checksum = checksumOfParts(assembled.parts, upload)
    assertCompletionChecksum(input, upload, checksum)
    const assembledRow: ObjectRow = {
      ...upload.traits,
      etag: assembled.etag,
      sizeBytes: assembled.sizeBytes,
      modifiedMilliseconds: service.clock.now().getTime(),
      content: { kind: 'parts', id: contentId, partCount: assembled.parts.length },
      checksum,
    }
    const conditions = { ifMatch: input.IfMatch, ifNoneMatch: input.IfNoneMatch }
    const row = await putVersion(transaction, service, bucket, input.Key, assembledRow, conditions)
    for (const list of partListRows(assembled.parts)) {
      transaction.put(partLists, [contentId, list.parts[0]?.startByte ?? 0], list)
    }
    for (const part of assembled.parts) transaction.remove(parts, input.UploadId, part.partNumber)
    transaction.remove(uploads, bucket.id, input.Key, input.UploadId)
    // Parts that the list left out, or that arrived since it was read.
    transaction.put(garbage, [input.UploadId], { kind: 'upload', id: input.UploadId })
    return { row, version: shownVersionId(bucket, row) }
  })
  service.garbageAdded()
  return completed
}

function locationOf(
  { head, service }: OperationContext,
  { Bucket, Key }: { Bucket: string; Key: string },
): string {
  const host = head.headers['host'] ?? `s3.${service.settings.region}.amazonaws.com`
  return `http://${host}/${Bucket}/${Key.split('/').map(encodeURIComponent).join('/')}`
}
