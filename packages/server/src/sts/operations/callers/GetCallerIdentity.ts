import { arnOf, arnsOf, userIdOf } from '../../../access/principal.ts'
import { defineOperation } from '../../shared/operation.ts'

/** No permission is needed, and none is taken away. Source: AWS STS API Reference, GetCallerIdentity. */
export const GetCallerIdentity = defineOperation('GetCallerIdentity', {
  isForEverybody: true,
  sessions: 'all',
  handle(_, { caller: { principal, account } }) {
    const Arn = arnsOf(principal)[0] ?? arnOf(account)
    return Promise.resolve({ UserId: userIdOf(principal), Account: account.id, Arn })
  },
})
