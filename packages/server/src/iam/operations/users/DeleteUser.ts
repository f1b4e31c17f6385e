import { iamLoginProfiles, iamUsers, type IamUserRow } from '../../../metadata/tables/iam-tables.ts'
import { iamServiceUses } from '../../../metadata/tables/service-access-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { assertNoPolicies, deleteConflict } from '../../shared/delete-conflict.ts'
import { removeName } from '../../shared/entity-names.ts'
import { entityForWrite } from '../../shared/named-entity.ts'
import { defineUserOperation } from '../../shared/operation.ts'
import { removeBoundaryUse } from '../../shared/permissions-boundary.ts'
import { userNames, users } from '../../shared/users.ts'

/** What hangs on a user has to go before it, but for its boundary: whoever may not take that away may delete the user. */
export const DeleteUser = defineUserOperation('DeleteUser', {
  async handle(user, _, { service }) {
    await transact(service.metadata, async (transaction) => {
      const row = await entityForWrite(transaction, users, user)
      assertNoPolicies(row)
      assertNothingLeft(row)
      if (await transaction.get(iamLoginProfiles, user.id)) throw deleteConflict('delete login profile')
      await removeBoundaryUse(transaction, user.id, row)
      transaction.remove(iamUsers, user.id)
      transaction.remove(iamServiceUses, user.id)
      removeName(transaction, userNames, row)
    })
    return {}
  },
})

function assertNothingLeft({ accessKeyIds = [], groupIds = [], mfaDevices = [] }: IamUserRow): void {
  if (groupIds.length > 0) throw deleteConflict('remove users from group')
  if (accessKeyIds.length > 0) throw deleteConflict('delete access keys')
  if (mfaDevices.length > 0) throw deleteConflict('delete MFA device')
}
