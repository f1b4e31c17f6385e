import { defineUserOperation } from '../../shared/operation.ts'
import { shownRootUser, shownUserAlone } from '../../shared/users.ts'

export const GetUser = defineUserOperation('GetUser', {
  handle: (user) => Promise.resolve({ User: shownUserAlone(user) }),
  handleRoot(_, { caller: { account } }) {
    return Promise.resolve({ User: shownRootUser(account) })
  },
})
