import type { ByteRange } from '../../blobs/blob-store.ts'
import type { Content } from '../../metadata/tables/rows.ts'
import { S3Error } from '../../model/s3-error.ts'
import { assertReplaced } from '../content/open-content.ts'
import { findCopySource, MOST_COPY_BYTES, readCopySource } from '../copy-source.ts'
import { checksumMember, lastModified, quoted } from '../describe.ts'
import { bucketOf, defineOperation } from '../operation.ts'
import { refuseUnsupported } from '../unsupported-input.ts'
import { findUpload } from './find-upload.ts'
import { assertPartNumber, storePart } from './store-part.ts'

export const UploadPartCopy = defineOperation('UploadPartCopy', {
  access: { action: 's3:PutObject', on: 'object', acl: { on: 'bucket', grant: 'WRITE' } },
  answersEarly: true,
  async handle(input, context) {
    assertPartNumber(input.PartNumber)
    refuseUnsupported(input, { SSECustomerAlgorithm: 'x-amz-server-side-encryption-customer-algorithm' })
    const upload = await findUpload(context.service.stores, bucketOf(context), input)
    let lost: Content | undefined
    for (;;) {
      const source = await findCopySource(input, context)
      assertReplaced(lost, source.row.content)
      lost = source.row.content
      const range = copyRange(input.CopySourceRange, source.row.sizeBytes)
      const body = await readCopySource(source, range, context)
      // The source was replaced before its bytes could be read: look again.
      if (!body) continue
      const part = await storePart(input, upload, body, {}, context)
      return {
        ...source.version,
        CopyPartResult: {
          ETag: quoted(part.etag),
          LastModified: lastModified(part),
          ...checksumMember(part.checksum),
        },
      }
    }
  },
})

/** Only `bytes=first-last`, both within the source. Source: S3 API Reference, UploadPartCopy. */
function copyRange(header: string | undefined, sizeBytes: number): ByteRange {
  const range = header === undefined ? { start: 0, end: sizeBytes } : parseCopyRange(header, sizeBytes)
  if (range.end - range.start > MOST_COPY_BYTES) {
    const message = `The specified copy source is larger than the maximum allowable size for a copy source: ${MOST_COPY_BYTES}`
    throw new S3Error('InvalidRequest', {}, { message })
  }
  return range
}

function parseCopyRange(header: string, sizeBytes: number): ByteRange {
  const fields = { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: header }
  const [, first, last] = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(header) ?? []
  const range = { start: Number(first), end: Number(last) + 1 }
  if (first === undefined || last === undefined || range.start >= range.end) {
    const message =
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy'
    throw new S3Error('InvalidArgument', fields, { message })
  }
  if (range.end > sizeBytes) {
    const message = `Range specified is not valid for source object of size: ${sizeBytes}`
    throw new S3Error('InvalidArgument', fields, { message })
  }
  return range
}
