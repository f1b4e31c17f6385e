import { WRITES_DIRECTORY } from '../../../access/access-rule.ts'
import type { RequestBody } from '../../../model/body.ts'
import { type ClaimedDigests, expectedChecksum, readClaimedDigests } from '../../../model/upload-checksum.ts'
import { checksumMember, quoted } from '../../shared/object/describe.ts'
import { assertDigestOfLocked } from '../../shared/object/object-lock-rules.ts'
import { refuseConditionsOfUpload } from '../../shared/object/preconditions.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { encryptionMembers } from '../../shared/sealing/encryption-members.ts'
import { refusePartOverQuota } from '../../shared/quotas/refuse-over-quota.ts'
import { sealFurther } from '../../shared/sealing/open-encryption.ts'
import { refuseEncryptionHeader } from '../../shared/sealing/refuse-encryption-header.ts'
import { REPLICATE_OBJECT, replicaOf } from '../../shared/replicas/receive-replica.ts'
import { assertSameReplica, findUpload } from './find-upload.ts'
import { refuseUploadHeaders } from './refuse-upload-headers.ts'
import { assertPartClaim, assertPartNumber, storePart } from './store-part.ts'
import { uploadVersion } from './upload-version.ts'
import { assertUploadKey } from './upload-key.ts'

export const UploadPart = defineOperation('UploadPart', {
  access: {
    action: 's3:PutObject',
    on: 'object',
    acl: { on: 'bucket', grant: 'WRITE' },
    directory: WRITES_DIRECTORY,
  },
  replicaAccess: REPLICATE_OBJECT,
  async handle(input, context) {
    assertPartNumber(input.PartNumber)
    refuseEncryptionHeader(context)
    refuseConditionsOfUpload(context.head)
    refuseUploadHeaders(context.head)
    // Before the body is read: a part for an upload that is gone need not be sent.
    const upload = await findUpload(context.service.stores, bucketOf(context), input)
    assertSameReplica(input, upload, replicaOf(context.head))
    const bucket = bucketOf(context)
    const place = [input.UploadId, input.PartNumber] as const
    if (bucket.hasQuota)
      await refusePartOverQuota(context.service.stores, bucket, place, input.Body?.sizeBytes)
    const claims = readClaimedDigests(context.head.headers)
    assertPartClaim(upload, claims)
    assertDigestOfLocked(upload.traits, claims, 'Put Part')
    assertUploadKey(context, upload, input)
    const { encryption } = upload.traits
    const target = { bucketName: input.Bucket, key: input.Key }
    const sealer = await sealFurther(context, encryption, input, target)
    const part = await storePart(input, upload, input.Body, claims, sealer, context)
    return {
      ETag: quoted(part.etag),
      ...uploadVersion(upload),
      ...(upload.checksumAlgorithm === undefined
        ? claimedChecksum(claims, input.Body)
        : checksumMember(part.checksum)),
      ...encryptionMembers(encryption, input),
    }
  },
})

/**
 * What the request claimed, and was held to. Source: S3 API Reference, UploadPart, `x-amz-checksum-*`: "only present if the checksum
 * was provided in the request". Of an upload with an algorithm S3 tells the one that it computes as well.
 */
function claimedChecksum(claims: ClaimedDigests, body: RequestBody | undefined) {
  const value = expectedChecksum(claims, body?.trailers ?? {})
  if (!claims.checksum || !value) return {}
  return { [`Checksum${claims.checksum.algorithm}`]: value.toString('base64') }
}
