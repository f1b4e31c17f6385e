import { iamAccessKeys } from '../../../metadata/tables/iam-tables.ts'
import { QueryError } from '../../../model/query-error.ts'
import { defineUserOperation } from '../../shared/operation.ts'
import { changeUser } from '../../shared/users.ts'
import { keyOfUser } from './found-key.ts'
import { keysOfRoot } from './root-keys.ts'

/** An inactive key is refused at the next request, by every process. */
export const UpdateAccessKey = defineUserOperation('UpdateAccessKey', {
  async handle(user, { AccessKeyId, Status }, { service }) {
    if (Status === 'Expired') {
      throw new QueryError('InvalidInput', 'A key can be made Active or Inactive.')
    }
    await changeUser(service, user, async (row, transaction) => {
      const key = await keyOfUser(transaction, user.id, AccessKeyId)
      if (key.status === Status) return row
      const changedMilliseconds = service.clock.now().getTime()
      transaction.put(iamAccessKeys, [AccessKeyId], { ...key, status: Status, changedMilliseconds })
      return row
    })
    return {}
  },
  handleRoot: keysOfRoot,
})
