import { aclToRow } from '../../../access/acl/acl-row.ts'
import { refusesAcl, stricterBlock } from '../../../access/public-access-block.ts'
import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { PutBucketAclInput } from '../../../model/types.gen.ts'
import { accountBlock, blockedAcl } from '../../shared/bucket/effective-block.ts'
import { canonicalIdOfAccount } from '../../shared/grants/canonical-ids.ts'
import { changeBucket } from '../../shared/bucket/change-bucket.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import type { S3Service } from '../../shared/service/service.ts'
import { askedAcl } from './asked-acl.ts'

export const PutBucketAcl = defineOperation('PutBucketAcl', {
  access: { action: 's3:PutBucketAcl', on: 'bucket', acl: { on: 'bucket', grant: 'WRITE_ACP' } },
  async handle(input, context) {
    const ofAccount = await accountBlock(context.service, bucketOf(context).ownerAccountId)
    await changeBucket(context, input.Bucket, (bucket) => {
      const publicAccessBlock = stricterBlock(bucket.publicAccessBlock, ofAccount)
      return { acl: newAcl(context.service, input, { ...bucket, publicAccessBlock }) }
    })
    return {}
  },
})

function newAcl(service: S3Service, input: PutBucketAclInput, bucket: BucketRow): BucketRow['acl'] {
  const ownerCanonicalId = canonicalIdOfAccount(service.accounts, bucket.ownerAccountId)
  const acl = askedAcl(service, input, 'bucket', {
    ownerCanonicalId,
    bucketOwnerCanonicalId: ownerCanonicalId,
  })
  if (bucket.objectOwnership === 'BucketOwnerEnforced') throw new S3Error('AccessControlListNotSupported')
  if (refusesAcl(bucket.publicAccessBlock, acl)) throw blockedAcl()
  return aclToRow(acl)
}
