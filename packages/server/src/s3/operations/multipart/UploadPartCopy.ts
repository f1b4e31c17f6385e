import { COPIES_TO_DIRECTORY } from '../../../access/access-rule.ts'
import type { ByteRange } from '../../../blobs/blob-store.ts'
import type { Content, ObjectRow, PartRow, UploadRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { UploadPartCopyInput } from '../../../model/types.gen.ts'
import { assertReplaced } from '../../shared/content/open-content.ts'
import { reuseContent } from '../../shared/content/reuse-content.ts'
import { unlessGone } from '../../shared/content/share-content.ts'
import {
  type CopySource,
  findCopySource,
  isOfStore,
  MOST_COPY_BYTES,
  withCopySource,
} from '../../shared/new-object/find-copy-source.ts'
import { checksumMember, lastModified, quoted } from '../../shared/object/describe.ts'
import { refuseConditionsOfUpload } from '../../shared/object/preconditions.ts'
import { bucketOf, defineOperation, type OperationContext } from '../../shared/service/operation.ts'
import type { S3Service } from '../../shared/service/service.ts'
import type { ContentSealer } from '../../shared/sealing/content-seal.ts'
import { encryptionMembers } from '../../shared/sealing/encryption-members.ts'
import { ownKeyOf } from '../../shared/sealing/object-key.ts'
import { refuseEncryptionHeader } from '../../shared/sealing/refuse-encryption-header.ts'
import { resealed } from '../../shared/sealing/object-keys.ts'
import { sealFurther } from '../../shared/sealing/open-encryption.ts'
import { isSamePlace } from '../../shared/content/placement.ts'
import { assertSameReplica, findUpload } from './find-upload.ts'
import { refuseCopyHeaders, refuseUploadHeaders } from './refuse-upload-headers.ts'
import { assertPartNumber, commitPart, partAlgorithm, storePart } from './store-part.ts'
import { uploadVersion } from './upload-version.ts'
import { assertUploadKey } from './upload-key.ts'

type BlobContent = Extract<Content, { kind: 'blob' }>

export const UploadPartCopy = defineOperation('UploadPartCopy', {
  access: {
    action: 's3:PutObject',
    on: 'object',
    acl: { on: 'bucket', grant: 'WRITE' },
    directory: COPIES_TO_DIRECTORY,
  },
  answersEarly: true,
  hidesMissingKeys: true,
  async handle(input, context) {
    assertPartNumber(input.PartNumber)
    refuseConditionsOfUpload(context.head)
    refuseUploadHeaders(context.head)
    refuseCopyHeaders(context.head)
    refuseEncryptionHeader(context)
    const upload = await findUpload(context.service.stores, bucketOf(context), input)
    assertSameReplica(input, upload, undefined)
    assertUploadKey(context, upload, input)
    const { encryption } = upload.traits
    const target = { bucketName: input.Bucket, key: input.Key }
    const sealer = await sealFurther(context, encryption, input, target)
    let lost: Content | undefined
    for (;;) {
      const source = await findCopySource(input, context, 'REST.COPY.PART_GET')
      assertReplaced(lost, source.row.content)
      lost = source.row.content
      const range = copyRange(input.CopySourceRange, source.row.sizeBytes)
      const part = await copyPart(input, upload, source, range, sealer, context)
      // The source was replaced before its bytes were safe: look again.
      if (!part) continue
      return {
        ...source.version,
        ...uploadVersion(upload),
        ...encryptionMembers(encryption, input),
        CopyPartResult: {
          ETag: quoted(part.etag),
          LastModified: lastModified(part),
          // Source: S3 API Reference, CopyPartResult: present if the upload was created with that algorithm.
          ...(upload.checksumAlgorithm !== undefined && checksumMember(part.checksum)),
        },
      }
    }
  },
})

/** A source in one piece becomes a part as it is; of all else the bytes are stored again. */
async function copyPart(
  input: UploadPartCopyInput,
  upload: UploadRow,
  source: CopySource,
  range: ByteRange,
  sealer: ContentSealer,
  context: OperationContext,
): Promise<PartRow | undefined> {
  const { service, signal } = context
  const { row } = source
  const isWhole = range.end - range.start === row.sizeBytes
  const { traits } = upload
  const isShared =
    isWhole && isOfStore(row.encryption, traits.encryption) && isSamePlace(service.settings, row, traits)
  if (isShared && row.content.kind === 'blob') {
    const stored = await reuseContent(service, row, row.content, partAlgorithm(upload), signal)
    if (!stored) return undefined
    const content = await contentFor(service, row, stored.content, upload)
    return unlessGone(commitPart(input, upload, { ...stored, content }, context))
  }
  return withCopySource(source, range, context, (body) => storePart(input, upload, body, {}, sealer, context))
}

/** The same bytes, opened with the upload's own key where it has one. */
async function contentFor(
  { encryption: keys }: S3Service,
  source: ObjectRow,
  content: BlobContent,
  upload: UploadRow,
): Promise<BlobContent> {
  const to = await ownKeyOf(keys, upload.traits.encryption)
  if (!to || !content.seal) return content
  return { ...content, seal: await resealed(keys, content.seal, await ownKeyOf(keys, source.encryption), to) }
}

/**
 * Only `bytes=first-last`, both within the source. Source: S3 API Reference, UploadPartCopy. It also says that a source
 * of a range has to be over 5 MB; clients find that S3 does not ask for that, and copy ranges of smaller ones.
 */
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
