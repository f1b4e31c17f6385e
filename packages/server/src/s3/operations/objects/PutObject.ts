import { WRITES_DIRECTORY } from '../../../access/access-rule.ts'
import { DEFAULT_CHECKSUM_ALGORITHM, readClaimedDigests } from '../../../model/upload-checksum.ts'
import { countUpload, isAnalyzed } from '../../shared/analyzing/count-traffic.ts'
import { assertConditionsProtected } from '../../shared/object/conditional-write.ts'
import { authorizeMatch } from '../../shared/deciding/authorize-match.ts'
import { storeContent } from '../../shared/content/store-content.ts'
import { checksumMembers, quoted } from '../../shared/object/describe.ts'
import { expirationMember } from '../../shared/object/expiration-header.ts'
import { newObjectRow } from '../../shared/new-object/new-object-row.ts'
import { assertDigestOfLocked } from '../../shared/object/object-lock-rules.ts'
import { objectTraits } from '../../shared/new-object/object-traits.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { refuseConditions } from '../../shared/object/preconditions.ts'
import { chooseEncryption } from '../../shared/sealing/choose-encryption.ts'
import { contextMember, encryptionMembers } from '../../shared/sealing/encryption-members.ts'
import { refuseUnsupported } from '../../shared/object/unsupported-input.ts'
import { refuseObjectOverQuota } from '../../shared/quotas/refuse-over-quota.ts'
import { receiveObject, REPLICATE_OBJECT, replicaOf } from '../../shared/replicas/receive-replica.ts'
import { commitObject } from '../../shared/new-object/write-object.ts'
import { appendObject } from './append-object.ts'

export const PutObject = defineOperation('PutObject', {
  access: {
    action: 's3:PutObject',
    on: 'object',
    acl: { on: 'bucket', grant: 'WRITE' },
    directory: WRITES_DIRECTORY,
  },
  replicaAccess: REPLICATE_OBJECT,
  async handle(input, context) {
    const { service, head } = context
    const replica = replicaOf(head)
    if (replica) return receiveObject(input, context, replica)
    refuseConditions(head, ['If-Unmodified-Since'])
    const bucket = bucketOf(context)
    if (input.WriteOffsetBytes !== undefined) {
      // Appending is for directory buckets alone.
      if (!bucket.directory) refuseUnsupported(input, { WriteOffsetBytes: 'x-amz-write-offset-bytes' })
      return appendObject(input, input.WriteOffsetBytes, context)
    }
    assertConditionsProtected(context, input)
    const matching = authorizeMatch(
      context,
      { bucketName: input.Bucket, bucket, key: input.Key },
      input.IfMatch,
    )
    if (matching instanceof Promise) await matching
    const choosing = chooseEncryption(context, input)
    const { row: encryption, sealer } = choosing instanceof Promise ? await choosing : choosing
    const describing = objectTraits(context, input)
    const described = describing instanceof Promise ? await describing : describing
    const traits = { ...described, encryption }
    const claims = readClaimedDigests(head.headers)
    assertDigestOfLocked(traits, claims, 'Put Object')
    const algorithm = claims.checksum?.algorithm ?? DEFAULT_CHECKSUM_ALGORITHM
    if (bucket.hasQuota) await refuseObjectOverQuota(service.stores, bucket, input.Key, input.Body?.sizeBytes)
    const stored = await storeContent(service, input.Body, claims, algorithm, context, sealer, traits)
    const row = newObjectRow(context, traits, stored)
    // A form arrives as the PutObject that it stands for.
    const name = head.method === 'POST' ? 'ObjectCreated:Post' : 'ObjectCreated:Put'
    const target = { bucketName: input.Bucket, bucket, key: input.Key, name, cause: context } as const
    const version = await commitObject(service, target, row, stored, {
      ifMatch: input.IfMatch,
      ifNoneMatch: input.IfNoneMatch,
    })
    if (isAnalyzed(bucket)) await countUpload(service, target, row)
    return {
      ETag: quoted(row.etag),
      ...checksumMembers(row.checksum),
      ...version,
      ...encryptionMembers(encryption, input),
      ...contextMember(encryption),
      ...((bucket.documents?.lifecycle ?? bucket.directory) &&
        (await expirationMember(service, bucket, input.Key, row))),
    }
  },
})
