import { newId } from '../../../identities/new-id.ts'
import { iamUsers, type IamUserRow } from '../../../metadata/tables/iam-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { addName } from '../../shared/entity-names.ts'
import { defineOperation } from '../../shared/operation.ts'
import { requestTagKeys, withTags } from '../../shared/tags.ts'
import { shownUserWithTags, userArn, userNames } from '../../shared/users.ts'

export const CreateUser = defineOperation('CreateUser', {
  unsupported: ['PermissionsBoundary'],
  resource: ({ Path = '/', UserName }, { caller }) => userArn(caller.account.id, Path, UserName),
  keys: ({ Tags }) => requestTagKeys(Tags),
  async handle({ UserName, Path = '/', Tags = [] }, { service, caller }) {
    const accountId = caller.account.id
    const id = newId('user', service.random)
    const tags = withTags([], Tags)
    const row: IamUserRow = {
      accountId,
      name: UserName,
      path: Path,
      createdMilliseconds: service.clock.now().getTime(),
      ...(tags.length > 0 && { tags }),
    }
    await transact(service.metadata, async (transaction) => {
      await addName(transaction, userNames, id, row)
      transaction.put(iamUsers, [id], row)
    })
    return { User: shownUserWithTags({ id, row, arn: userArn(accountId, Path, UserName) }) }
  },
})
