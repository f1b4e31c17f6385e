import { refusesPolicy, stricterBlock } from '../../../access/public-access-block.ts'
import { acceptedPolicy } from '../../shared/bucket/accepted-policy.ts'
import { policyPlace } from '../../shared/bucket/bucket-policy.ts'
import { changeDocument } from '../../shared/bucket/bucket-documents.ts'
import { accountBlock, blockedPolicy } from '../../shared/bucket/effective-block.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { assertOwnPolicy } from './own-policy.ts'

export const PutBucketPolicy = defineOperation('PutBucketPolicy', {
  access: {
    action: 's3:PutBucketPolicy',
    on: 'bucket',
    directory: { action: 's3express:PutBucketPolicy' },
  },
  async handle(input, context) {
    assertOwnPolicy(context)
    const { service } = context
    const { policy, text } = await acceptedPolicy(
      service,
      input.Policy,
      policyPlace(input.Bucket, bucketOf(context)),
    )
    const ofAccount = await accountBlock(service, bucketOf(context).ownerAccountId)
    await changeDocument(context, input.Bucket, 'policy', text, ({ publicAccessBlock }) => {
      const block = stricterBlock(publicAccessBlock, ofAccount)
      if (refusesPolicy(block, policy)) throw blockedPolicy()
    })
    return {}
  },
})
