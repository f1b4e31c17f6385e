import { iamInstanceProfiles } from '../../../metadata/tables/iam-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { deleteConflict } from '../../shared/delete-conflict.ts'
import { removeName } from '../../shared/entity-names.ts'
import {
  assertNoRole,
  defineInstanceProfileOperation,
  instanceProfileNames,
  instanceProfiles,
} from '../../shared/instance-profiles.ts'
import { entityForWrite } from '../../shared/named-entity.ts'

export const DeleteInstanceProfile = defineInstanceProfileOperation('DeleteInstanceProfile', {
  async handle(profile, _, { service }) {
    await transact(service.metadata, async (transaction) => {
      const row = await entityForWrite(transaction, instanceProfiles, profile)
      await assertNoRole(transaction, row, () => deleteConflict('remove roles from instance profile'))
      transaction.remove(iamInstanceProfiles, profile.id)
      removeName(transaction, instanceProfileNames, row)
    })
    return {}
  },
})
