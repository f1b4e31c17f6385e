import { aclFromRow } from '../../../access/acl/acl-row.ts'
import { grantsToOthers, isObjectOwnership, type ObjectOwnership } from '../../../access/object-ownership.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { OwnershipControls } from '../../../model/types.gen.ts'
import { canonicalIdOfAccount } from '../../shared/grants/canonical-ids.ts'
import { changeBucket } from '../../shared/bucket/change-bucket.ts'
import { defineOperation } from '../../shared/service/operation.ts'

export const PutBucketOwnershipControls = defineOperation('PutBucketOwnershipControls', {
  access: { action: 's3:PutBucketOwnershipControls', on: 'bucket' },
  async handle(input, context) {
    const objectOwnership = onlyRule(input.OwnershipControls)
    await changeBucket(context, input.Bucket, (bucket) => {
      const acl = aclFromRow(
        bucket.acl,
        canonicalIdOfAccount(context.service.accounts, bucket.ownerAccountId),
      )
      // Source: S3 User Guide, "Prerequisites for disabling ACLs": first take the bucket's ACL back to private.
      if (objectOwnership === 'BucketOwnerEnforced' && grantsToOthers(acl)) {
        throw new S3Error('InvalidBucketAclWithObjectOwnership')
      }
      return { objectOwnership }
    })
    return {}
  },
})

function onlyRule({ Rules }: OwnershipControls): ObjectOwnership {
  const [rule, another] = Rules
  if (!rule || another || !isObjectOwnership(rule.ObjectOwnership)) throw new S3Error('MalformedXML')
  return rule.ObjectOwnership
}
