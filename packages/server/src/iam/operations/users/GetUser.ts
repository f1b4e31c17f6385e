import { defineUserOperation } from '../../shared/operation.ts'
import { passwordLastUsed, shownRootUser, shownUserAlone } from '../../shared/users.ts'

export const GetUser = defineUserOperation('GetUser', {
  async handle(user, _, { service: { keyUses } }) {
    return { User: { ...shownUserAlone(user), ...passwordLastUsed(await keyUses.find(user.id)) } }
  },
  handleRoot(_, { caller: { account } }) {
    return Promise.resolve({ User: shownRootUser(account) })
  },
})
