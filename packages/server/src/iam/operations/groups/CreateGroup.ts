import { newId } from '../../../identities/new-id.ts'
import { iamGroups } from '../../../metadata/tables/iam-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { addName } from '../../shared/entity-names.ts'
import { groupArn, groupNames, shownGroup } from '../../shared/groups.ts'
import { defineOperation } from '../../shared/operation.ts'

export const CreateGroup = defineOperation('CreateGroup', {
  resource: ({ Path = '/', GroupName }, { caller }) => groupArn(caller.account.id, Path, GroupName),
  async handle({ GroupName, Path = '/' }, { service, caller }) {
    const id = newId('group', service.random)
    const createdMilliseconds = service.clock.now().getTime()
    const row = { accountId: caller.account.id, name: GroupName, path: Path, createdMilliseconds }
    await transact(service.metadata, async (transaction) => {
      await addName(transaction, groupNames, id, row)
      transaction.put(iamGroups, [id], row)
    })
    return { Group: shownGroup(id, row) }
  },
})
