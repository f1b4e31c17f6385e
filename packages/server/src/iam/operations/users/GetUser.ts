import { arnOf } from '../../../access/principal.ts'
import { defineUserOperation } from '../../shared/operation.ts'
import { shownUserWithTags } from '../../shared/users.ts'

export const GetUser = defineUserOperation('GetUser', {
  handle: (user) => Promise.resolve({ User: shownUserWithTags(user) }),
  handleRoot(_, { caller: { account } }) {
    // When an account was made nobody knows: it stands in the config.
    const CreateDate = new Date(0)
    const User = { Path: '/', UserName: account.name, UserId: account.id, Arn: arnOf(account), CreateDate }
    return Promise.resolve({ User })
  },
})
