import { accountAccessBlocks } from '../../../metadata/tables/account-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { accountIdOf, defineOperation } from '../../shared/service/operation.ts'

export const DeleteAccountPublicAccessBlock = defineOperation('DeleteAccountPublicAccessBlock', {
  freesSpace: true,
  // Source: S3 API Reference: the permission is the one to put it.
  access: { action: 's3:PutAccountPublicAccessBlock', on: 'account' },
  async handle(_, context) {
    const accountId = accountIdOf(context)
    await transact(context.service.stores.metadata, (transaction) =>
      transaction.remove(accountAccessBlocks, accountId),
    )
    return {}
  },
})
