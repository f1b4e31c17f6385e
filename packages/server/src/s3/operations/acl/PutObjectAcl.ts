import { aclToRow } from '../../../access/acl/acl-row.ts'
import { refusesAcl, stricterBlock } from '../../../access/public-access-block.ts'
import type { BucketRow, ObjectRow } from '../../../metadata/tables/rows.ts'
import { transact } from '../../../metadata/transaction.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { PutObjectAclInput } from '../../../model/types.gen.ts'
import { bucketForWrite } from '../../shared/bucket/bucket-row.ts'
import { blockedAcl, effectiveBlock } from '../../shared/bucket/effective-block.ts'
import { canonicalIdOfAccount } from '../../shared/grants/canonical-ids.ts'
import { announceObject } from '../../shared/announcing/announce.ts'
import { PUT_OBJECT_ACL } from '../../shared/deciding/put-object-acl-rule.ts'
import { isNotified } from '../../shared/announcing/notification-rules.ts'
import { shownVersionId } from '../../shared/object/version-order.ts'
import { isReplicated } from '../../shared/replicating/replication-rules.ts'
import { saidNow } from '../../shared/replicating/trait-changes.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import type { S3Service } from '../../shared/service/service.ts'
import { changeVersion } from '../../shared/version-rows/change-version.ts'
import { askedAcl } from './asked-acl.ts'

export const PutObjectAcl = defineOperation('PutObjectAcl', {
  access: PUT_OBJECT_ACL,
  async handle(input, context) {
    const { service } = context
    // Source: S3 User Guide, "Managing public access to access points": for what comes through it, its own block counts too.
    const ofPoint = bucketOf(context).through?.row.publicAccessBlock
    return transact(service.stores.metadata, async (transaction) => {
      const bucket = await bucketForWrite(transaction, input.Bucket, bucketOf(context))
      const publicAccessBlock = stricterBlock(bucket.publicAccessBlock, ofPoint)
      const block = await effectiveBlock(service, { ...bucket, publicAccessBlock })
      let isChanged = false
      const row = await changeVersion(transaction, bucket, input.Key, input.VersionId, (before) => {
        const acl = newAcl(service, input, { ...bucket, publicAccessBlock: block }, before)
        const isTold = isNotified(bucket) || isReplicated(bucket)
        isChanged = isTold && JSON.stringify(acl) !== JSON.stringify(before.acl)
        return saidNow(service.clock, bucket, before, 'acl', acl)
      })
      // Source: S3 User Guide, "Event notification types": no event where the ACL stays as it was.
      if (isChanged) {
        const event = { name: 'ObjectAcl:Put', key: input.Key, cause: context } as const
        await announceObject(transaction, service, input.Bucket, bucket, row, event)
      }
      return shownVersionId(bucket, row)
    })
  },
})

/** The ACL belongs to one version: no other version, copy or later upload takes it over. */
function newAcl(
  service: S3Service,
  input: PutObjectAclInput,
  bucket: BucketRow,
  row: ObjectRow,
): ObjectRow['acl'] {
  const ownerCanonicalId = canonicalIdOfAccount(service.accounts, row.ownerAccountId)
  const bucketOwnerCanonicalId = canonicalIdOfAccount(service.accounts, bucket.ownerAccountId)
  const acl = askedAcl(service, input, 'object', { ownerCanonicalId, bucketOwnerCanonicalId })
  if (bucket.objectOwnership === 'BucketOwnerEnforced') throw new S3Error('AccessControlListNotSupported')
  if (refusesAcl(bucket.publicAccessBlock, acl)) throw blockedAcl()
  return aclToRow(acl)
}
