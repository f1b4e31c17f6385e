import { aclFromRow } from '../../../access/acl/acl-row.ts'
import { effectiveAcl } from '../../../access/public-access-block.ts'
import { effectiveBlock } from '../../shared/bucket/effective-block.ts'
import { canonicalIdOfAccount } from '../../shared/grants/canonical-ids.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { shownAcl } from './shown-acl.ts'

export const GetBucketAcl = defineOperation('GetBucketAcl', {
  access: { action: 's3:GetBucketAcl', on: 'bucket', acl: { on: 'bucket', grant: 'READ_ACP' } },
  async handle(_input, context) {
    const { accounts } = context.service
    const bucket = bucketOf(context)
    const owner = canonicalIdOfAccount(accounts, bucket.ownerAccountId)
    // Without ACLs the owner is all that is shown. Source: S3 User Guide, "Controlling ownership of objects".
    const row = bucket.objectOwnership === 'BucketOwnerEnforced' ? undefined : bucket.acl
    const block = await effectiveBlock(context.service, bucket)
    return shownAcl(accounts, effectiveAcl(block, aclFromRow(row, owner)))
  },
})
