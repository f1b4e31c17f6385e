import { iamAccessKeys, iamKeyUses } from '../../../metadata/tables/iam-tables.ts'
import { defineUserOperation } from '../../shared/operation.ts'
import { changeUser } from '../../shared/users.ts'
import { keyOfUser } from './found-key.ts'
import { keysOfRoot } from './root-keys.ts'

export const DeleteAccessKey = defineUserOperation('DeleteAccessKey', {
  async handle(user, { AccessKeyId }, { service }) {
    await changeUser(service, user, async (row, transaction) => {
      await keyOfUser(transaction, user.id, AccessKeyId)
      transaction.remove(iamAccessKeys, AccessKeyId)
      transaction.remove(iamKeyUses, AccessKeyId)
      return { ...row, accessKeyIds: (row.accessKeyIds ?? []).filter((id) => id !== AccessKeyId) }
    })
    return {}
  },
  handleRoot: keysOfRoot,
})
