import { READS_DIRECTORY } from '../../../access/access-rule.ts'
import { parts } from '../../../metadata/tables/tables.ts'
import { firstRows } from '../../../metadata/unreadable-rows.ts'
import { checksumMember, lastModified, quoted } from '../../shared/object/describe.ts'
import { assertMayDecrypt } from '../../shared/sealing/open-encryption.ts'
import { pageSize } from '../../shared/pages/listing-page.ts'
import { ownersOf } from '../../shared/grants/canonical-ids.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { findUpload } from './find-upload.ts'
import { authorizeInitiator, initiatorOf } from './initiator.ts'
import { abortMembers } from './abort-members.ts'
import { uploadChecksumMembers } from './upload-checksum-kind.ts'
import { uploadVersion } from './upload-version.ts'
import { assertKeyOfChecksums } from './upload-key.ts'

const ACCESS = { action: 's3:ListMultipartUploadParts', on: 'object', directory: READS_DIRECTORY } as const

export const ListParts = defineOperation('ListParts', {
  access: ACCESS,
  decidesItself: true,
  async handle(input, context) {
    const { service } = context
    await authorizeInitiator(context, ACCESS, input)
    const upload = await findUpload(service.stores, bucketOf(context), input)
    assertKeyOfChecksums(context, upload, input)
    // Source: S3 API Reference, ListParts: "you must have permission to the kms:Decrypt action for the request to succeed".
    const target = { bucketName: input.Bucket, key: input.Key }
    await assertMayDecrypt(context, upload.traits.encryption, target)
    const limit = pageSize('max-parts', input.MaxParts)
    const marker = input.PartNumberMarker ?? 0
    const { end } = parts.range(input.UploadId)
    const range = { start: parts.key(input.UploadId, marker + 1), end }
    // One more than asked for tells whether there is more.
    const found = await firstRows(service.stores.metadata, parts, range, limit + 1)
    const listed = found.slice(0, limit).map(({ parts: [, PartNumber], row }) => {
      return {
        PartNumber,
        LastModified: lastModified(row),
        ETag: quoted(row.etag),
        Size: row.sizeBytes,
        // Where the client asked for no checksum S3 does not show the one it computes.
        ...(upload.checksumAlgorithm !== undefined && checksumMember(row.checksum)),
      }
    })
    const isTruncated = limit > 0 && found.length > limit
    return {
      Bucket: input.Bucket,
      Key: input.Key,
      UploadId: input.UploadId,
      ...uploadVersion(upload),
      PartNumberMarker: marker,
      // Where there is nothing more no marker either: some clients go on for as long as they get one.
      ...(isTruncated && { NextPartNumberMarker: listed.at(-1)?.PartNumber }),
      MaxParts: limit,
      IsTruncated: isTruncated,
      Parts: listed,
      Initiator: initiatorOf(service.accounts, upload),
      Owner: ownersOf(service.accounts, bucketOf(context))(upload.traits.ownerAccountId),
      StorageClass: upload.traits.storageClass ?? 'STANDARD',
      ...uploadChecksumMembers(upload),
      ...(await abortMembers(service, bucketOf(context), input.Key, upload)),
    }
  },
})
