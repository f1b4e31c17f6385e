import type { ChecksumAlgorithm } from '../../../base/checksums.ts'
import type { PartRow, UploadRow } from '../../../metadata/tables/rows.ts'
import { partChanges, parts } from '../../../metadata/tables/tables.ts'
import type { RequestBody } from '../../../model/body.ts'
import { S3Error } from '../../../model/s3-error.ts'
import {
  checksumAlgorithm,
  type ClaimedDigests,
  DEFAULT_CHECKSUM_ALGORITHM,
} from '../../../model/upload-checksum.ts'
import { bucketForWrite } from '../../shared/bucket/bucket-row.ts'
import { changeContent } from '../../shared/content/change-content.ts'
import { linkContent, unlinkContent } from '../../shared/content/link-content.ts'
import { storeContent, type StoredContent } from '../../shared/content/store-content.ts'
import { etagOf, randomEtag } from '../../shared/object/etag.ts'
import { bucketOf, type OperationContext } from '../../shared/service/operation.ts'
import type { ContentSealer } from '../../shared/sealing/content-seal.ts'
import { keepOrDiscard } from '../../shared/new-object/write-object.ts'
import { type UploadAddress, uploadForWrite } from './find-upload.ts'

export interface PartAddress extends UploadAddress {
  readonly Bucket: string
  readonly PartNumber: number
}

/** Takes in one part and makes it the upload's part of that number, instead of an earlier one. */
export async function storePart(
  address: PartAddress,
  upload: UploadRow,
  body: RequestBody | undefined,
  claims: ClaimedDigests,
  sealer: ContentSealer,
  context: OperationContext,
): Promise<PartRow> {
  const { service } = context
  const algorithm = partAlgorithm(upload)
  const stored = await storeContent(service, body, claims, algorithm, context, sealer, upload.traits)
  return commitPart(address, upload, stored, context)
}

/** Makes stored content the upload's part; `ContentGone` where it was to be shared and is gone. */
export async function commitPart(
  address: PartAddress,
  upload: UploadRow,
  stored: StoredContent,
  context: OperationContext,
): Promise<PartRow> {
  const { service } = context
  const etag = randomEtag(context.bucket, service.random) ?? etagOf(upload.traits.encryption, stored)
  const row = partRow(stored, upload, etag, service.clock.now())
  await keepOrDiscard(service, stored, () =>
    changeContent(service, async (transaction) => {
      const bucket = await bucketForWrite(transaction, address.Bucket, bucketOf(context))
      await uploadForWrite(transaction, bucket, address)
      // First, so that content which the replaced part shares with it is never without a name.
      await linkContent(transaction, stored)
      const replaced = await transaction.get(parts, address.UploadId, address.PartNumber)
      if (replaced) await unlinkContent(transaction, replaced.content)
      transaction.usageOf(bucket.id).partBytes += row.sizeBytes - (replaced?.sizeBytes ?? 0)
      transaction.put(parts, [address.UploadId, address.PartNumber], row)
      transaction.put(partChanges, [address.UploadId], {})
    }),
  )
  return row
}

function partRow(stored: StoredContent, upload: UploadRow, etag: string, now: Date): PartRow {
  return {
    sizeBytes: stored.sizeBytes,
    etag,
    modifiedMilliseconds: now.getTime(),
    content: stored.content,
    checksum: {
      algorithm: stored.checksum.algorithm,
      value: stored.checksum.value.toString('base64'),
      type: upload.checksumType ?? 'FULL_OBJECT',
    },
  }
}

/** The algorithm of the checksum that every part of an upload has. */
export function partAlgorithm(upload: UploadRow): ChecksumAlgorithm {
  return checksumAlgorithm(upload.checksumAlgorithm ?? DEFAULT_CHECKSUM_ALGORITHM)
}

/**
 * Throws where the upload was created with a checksum and the part brings another kind, or none although the whole is
 * to be a checksum of checksums. Source: S3 API Reference, UploadPart, `x-amz-sdk-checksum-algorithm`. Uploads created
 * without one take any: SDKs add a CRC32 of their own to each part.
 */
export function assertPartClaim(
  { checksumAlgorithm: expected, checksumType }: UploadRow,
  { checksum }: ClaimedDigests,
): void {
  const actual = checksum?.algorithm
  if (expected === undefined || actual === expected) return
  if (actual === undefined && checksumType !== 'COMPOSITE') return
  throw checksumMismatch(expected, actual)
}

/** A part comes with another checksum than its upload was created with. */
export function checksumMismatch(expected: string, actual: string | undefined): S3Error {
  const message = `Checksum Type mismatch occurred, expected checksum Type: ${expected.toLowerCase()}, actual checksum Type: ${actual?.toLowerCase() ?? 'null'}`
  return new S3Error('InvalidRequest', {}, { message })
}

/** Source: S3 User Guide, "Amazon S3 multipart upload limits". */
const MOST_PARTS = 10_000

export function assertPartNumber(partNumber: number): void {
  if (Number.isInteger(partNumber) && partNumber >= 1 && partNumber <= MOST_PARTS) return
  const fields = { ArgumentName: 'partNumber', ArgumentValue: String(partNumber) }
  const message = `Part number must be an integer between 1 and ${MOST_PARTS}, inclusive`
  throw new S3Error('InvalidArgument', fields, { message })
}
