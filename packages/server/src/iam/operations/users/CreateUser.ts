import { newId } from '../../../identities/new-id.ts'
import { iamUsers, type IamUserRow } from '../../../metadata/tables/iam-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { addName } from '../../shared/entity-names.ts'
import { defineOperation } from '../../shared/operation.ts'
import { bound, boundaryKeys } from '../../shared/permissions-boundary.ts'
import { withTags } from '../../shared/tags.ts'
import { shownUserAlone, userArn, userNames } from '../../shared/users.ts'

export const CreateUser = defineOperation('CreateUser', {
  resource: ({ Path = '/', UserName }, { caller }) => userArn(caller.account.id, Path, UserName),
  tagging: 'TagUser',
  keys: ({ PermissionsBoundary }) => boundaryKeys(PermissionsBoundary),
  async handle({ UserName, Path = '/', Tags = [], PermissionsBoundary }, { service, caller }) {
    const accountId = caller.account.id
    const id = newId('user', service.random)
    const tags = withTags([], Tags, 'same')
    const row: IamUserRow = {
      accountId,
      name: UserName,
      path: Path,
      createdMilliseconds: service.clock.now().getTime(),
      ...(tags.length > 0 && { tags }),
    }
    const made = await transact(service.metadata, async (transaction) => {
      await addName(transaction, userNames, id, row)
      const bounded = await bound(transaction, id, row, PermissionsBoundary)
      transaction.put(iamUsers, [id], bounded)
      return bounded
    })
    return { User: shownUserAlone({ id, row: made, arn: userArn(accountId, Path, UserName) }) }
  },
})
