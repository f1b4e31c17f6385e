import { S3Error } from '../../../model/s3-error.ts'
import { accountBlock } from '../../shared/bucket/effective-block.ts'
import { accountIdOf, defineOperation } from '../../shared/service/operation.ts'
import { elementOfBlock } from '../../shared/bucket/block-element.ts'

export const GetAccountPublicAccessBlock = defineOperation('GetAccountPublicAccessBlock', {
  access: { action: 's3:GetAccountPublicAccessBlock', on: 'account' },
  async handle(_, context) {
    const block = await accountBlock(context.service, accountIdOf(context))
    if (!block) throw new S3Error('NoSuchPublicAccessBlockConfiguration')
    return { PublicAccessBlockConfiguration: elementOfBlock(block) }
  },
})
