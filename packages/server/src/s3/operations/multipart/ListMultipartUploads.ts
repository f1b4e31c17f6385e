import { READS_DIRECTORY } from '../../../access/access-rule.ts'
import { justAfter } from '../../../metadata/just-after.ts'
import type { BucketRow, UploadRow } from '../../../metadata/tables/rows.ts'
import { uploads } from '../../../metadata/tables/tables.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { ListMultipartUploadsInput, MultipartUpload } from '../../../model/types.gen.ts'
import { decodeContinuationToken, encodeContinuationToken } from '../../shared/pages/continuation-token.ts'
import { assertDirectoryListing } from '../../shared/pages/directory-listing.ts'
import { listingEncoder, pageSize } from '../../shared/pages/listing-page.ts'
import { ownersOf } from '../../shared/grants/canonical-ids.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import type { S3Service } from '../../shared/service/service.ts'
import {
  type Listed,
  type ListedEntry,
  passedPrefix,
  shortMarker,
  walkKeys,
} from '../../shared/pages/walk-keys.ts'
import { isUploadId } from '../../../model/upload-id.ts'
import { initiatorOf } from './initiator.ts'
import { uploadVersion } from './upload-version.ts'
import { uploadChecksumMembers } from './upload-checksum-kind.ts'

export const ListMultipartUploads = defineOperation('ListMultipartUploads', {
  access: {
    action: 's3:ListBucketMultipartUploads',
    on: 'bucket',
    acl: { on: 'bucket', grant: 'READ' },
    directory: READS_DIRECTORY,
  },
  async handle(input, context) {
    const { service } = context
    const bucket = bucketOf(context)
    assertDirectoryListing(bucket, input)
    const { Prefix = '', EncodingType } = input
    const { KeyMarker, UploadIdMarker } = markersOf(input, bucket)
    const delimiter = input.Delimiter === '' ? undefined : input.Delimiter
    const encode = listingEncoder(EncodingType)
    const limit = pageSize('max-uploads', input.MaxUploads)
    if (KeyMarker !== '' && UploadIdMarker !== '' && !isUploadId(UploadIdMarker)) {
      const fields = { ArgumentName: 'upload-id-marker', ArgumentValue: UploadIdMarker }
      throw new S3Error('InvalidArgument', fields, { message: 'Invalid uploadId marker' })
    }
    const start = startAfter(bucket.id, shortMarker(KeyMarker), UploadIdMarker, Prefix, delimiter)
    const walk = { prefix: Prefix, delimiter, limit: limit + 1 }
    const sources = [{ table: uploads, start }]
    const found = limit === 0 ? [] : await walkKeys(service.stores.metadata, bucket.id, sources, walk)
    const shown = found.slice(0, limit)
    const isTruncated = found.length > limit
    const ownerOf = ownersOf(service.accounts, bucket)
    return {
      Bucket: input.Bucket,
      ...(bucket.directory
        ? { KeyMarker: input.KeyMarker ?? '', ...(isTruncated && nextDirectoryMarker(shown.at(-1))) }
        : {
            KeyMarker: encode(KeyMarker),
            UploadIdMarker,
            ...(isTruncated && nextMarkers(shown.at(-1), encode)),
          }),
      Prefix: encode(Prefix),
      ...(delimiter !== undefined && { Delimiter: encode(delimiter) }),
      MaxUploads: limit,
      ...(EncodingType && { EncodingType }),
      IsTruncated: isTruncated,
      Uploads: shown.flatMap((item) =>
        item.kind === 'entry'
          ? [{ ...describeUpload(item, service, ownerOf, encode), ...uploadVersion(item.row) }]
          : [],
      ),
      CommonPrefixes: shown.flatMap((item) =>
        item.kind === 'prefix' ? [{ Prefix: encode(item.prefix) }] : [],
      ),
    }
  },
})

/**
 * Where the page begins. In a directory bucket one marker tells all of it, and is not to be read. Source: S3 API Reference,
 * ListMultipartUploads, `key-marker`.
 */
function markersOf(
  { KeyMarker = '', UploadIdMarker = '' }: ListMultipartUploadsInput,
  { directory }: BucketRow,
): { readonly KeyMarker: string; readonly UploadIdMarker: string } {
  if (!directory || KeyMarker === '') return { KeyMarker, UploadIdMarker }
  const [key = '', uploadId = ''] = decodeContinuationToken(KeyMarker, 'key-marker').split('\0')
  return { KeyMarker: key, UploadIdMarker: uploadId }
}

function nextDirectoryMarker(last: Listed<UploadRow> | undefined): { NextKeyMarker?: string } {
  if (!last) return {}
  const [, key, uploadId] = last.kind === 'prefix' ? ['', last.prefix, ''] : uploads.parts(last.entry.key)
  return { NextKeyMarker: encodeContinuationToken(`${key}\0${uploadId}`) }
}

/** The upload-id marker counts only with a key marker. Source: S3 API Reference, ListMultipartUploads. */
function startAfter(
  bucketId: string,
  keyMarker: string,
  uploadIdMarker: string,
  prefix: string,
  delimiter: string | undefined,
): Uint8Array | undefined {
  if (keyMarker === '') return undefined
  const passed = passedPrefix(keyMarker, prefix, delimiter)
  if (passed !== undefined) return uploads.stringRange([bucketId], passed).end
  if (uploadIdMarker !== '') return justAfter(uploads.key(bucketId, keyMarker, uploadIdMarker))
  return uploads.range(bucketId, keyMarker).end
}

function nextMarkers(last: Listed<UploadRow> | undefined, encode: (text: string) => string): object {
  if (!last) return {}
  if (last.kind === 'prefix') return { NextKeyMarker: encode(last.prefix), NextUploadIdMarker: '' }
  const [, key, uploadId] = uploads.parts(last.entry.key)
  return { NextKeyMarker: encode(key), NextUploadIdMarker: uploadId }
}

function describeUpload(
  { entry, row }: ListedEntry<UploadRow>,
  { accounts }: S3Service,
  ownerOf: ReturnType<typeof ownersOf>,
  encode: (text: string) => string,
): MultipartUpload {
  const [, key, uploadId] = uploads.parts(entry.key)
  return {
    UploadId: uploadId,
    Key: encode(key),
    Initiated: new Date(row.initiatedMilliseconds),
    StorageClass: row.traits.storageClass ?? 'STANDARD',
    Owner: ownerOf(row.traits.ownerAccountId),
    Initiator: initiatorOf(accounts, row),
    ...uploadChecksumMembers(row),
  }
}
