import { iamUserNames, iamUserPaths, iamUsers, type IamUserRow } from '../../../metadata/tables/iam-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { newId } from '../../shared/new-id.ts'
import { defineOperation } from '../../shared/operation.ts'
import { requestTagKeys, withTags } from '../../shared/tags.ts'
import { shownUserWithTags, userArn } from '../../shared/users.ts'
import { assertNameIsFree, pathAndName } from './user-names.ts'

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
      await assertNameIsFree(transaction, accountId, UserName)
      transaction.put(iamUsers, [id], row)
      transaction.put(iamUserNames, [accountId, UserName.toLowerCase()], { id })
      transaction.put(iamUserPaths, [accountId, pathAndName(row)], { id })
    })
    return { User: shownUserWithTags({ id, row, arn: userArn(accountId, Path, UserName) }) }
  },
})
