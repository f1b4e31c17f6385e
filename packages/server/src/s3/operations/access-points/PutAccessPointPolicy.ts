import { refusesPolicy, stricterBlock } from '../../../access/public-access-block.ts'
import type { AccessPointRow } from '../../../metadata/tables/access-point-tables.ts'
import type { PublicAccessBlock } from '../../../metadata/tables/rows.ts'
import { acceptedPolicy } from '../../shared/bucket/accepted-policy.ts'
import { findBucket } from '../../shared/bucket/bucket-row.ts'
import { accountBlock, blockedPolicy } from '../../shared/bucket/effective-block.ts'
import { accountIdOf, defineOperation } from '../../shared/service/operation.ts'
import type { S3Service } from '../../shared/service/service.ts'
import { changeAccessPoint, ownAccessPoint, ownArn } from '../../shared/access-points/own-access-point.ts'

export const PutAccessPointPolicy = defineOperation('PutAccessPointPolicy', {
  access: { action: 's3:PutAccessPointPolicy', on: 'account' },
  async handle({ Name, Policy }, context) {
    const { service } = context
    const found = await ownAccessPoint(context, Name)
    const place = { kind: 'access-point', accessPoint: ownArn(context, Name) } as const
    const { policy, text } = await acceptedPolicy(service, Policy, place)
    const ofOthers = await blockOfOthers(service, accountIdOf(context), found)
    await changeAccessPoint(context, Name, (row) => {
      if (refusesPolicy(stricterBlock(row.publicAccessBlock, ofOthers), policy)) throw blockedPolicy()
      return { policy: text }
    })
    return {}
  },
})

/**
 * What the access point's account blocks, and its bucket where that is of the same account. Source: S3 API Reference,
 * PublicAccessBlockConfiguration, BlockPublicPolicy: "all of the bucket's same-account access points".
 */
async function blockOfOthers(
  service: S3Service,
  accountId: string,
  { bucketName, bucketId }: AccessPointRow,
): Promise<PublicAccessBlock | undefined> {
  const ofAccount = await accountBlock(service, accountId)
  const bucket = await findBucket(service.stores, bucketName)
  const isOwn = bucket?.id === bucketId && bucket.ownerAccountId === accountId
  return isOwn ? stricterBlock(bucket.publicAccessBlock, ofAccount) : ofAccount
}
