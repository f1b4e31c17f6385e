import { defineUserOperation } from '../../shared/operation.ts'
import { shownRootUser, shownUserWithTags } from '../../shared/users.ts'

export const GetUser = defineUserOperation('GetUser', {
  handle: (user) => Promise.resolve({ User: shownUserWithTags(user) }),
  handleRoot(_, { caller: { account } }) {
    return Promise.resolve({ User: shownRootUser(account) })
  },
})
