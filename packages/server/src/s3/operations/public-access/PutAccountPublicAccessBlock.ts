import { accountAccessBlocks } from '../../../metadata/tables/account-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { accountIdOf, defineOperation } from '../../shared/service/operation.ts'
import { statedBlock } from '../../shared/bucket/block-element.ts'

export const PutAccountPublicAccessBlock = defineOperation('PutAccountPublicAccessBlock', {
  access: { action: 's3:PutAccountPublicAccessBlock', on: 'account' },
  async handle({ PublicAccessBlockConfiguration: element }, context) {
    const accountId = accountIdOf(context)
    const block = statedBlock(element)
    await transact(context.service.stores.metadata, (transaction) =>
      transaction.put(accountAccessBlocks, [accountId], block),
    )
    return {}
  },
})
