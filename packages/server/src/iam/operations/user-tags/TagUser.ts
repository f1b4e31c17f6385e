import { defineUserOperation } from '../../shared/operation.ts'
import { requestTagKeys, withTags } from '../../shared/tags.ts'
import { changeUser } from '../../shared/users.ts'

export const TagUser = defineUserOperation('TagUser', {
  keys: ({ Tags }) => requestTagKeys(Tags),
  async handle(user, { Tags }, { service }) {
    await changeUser(service, user, (row) => ({ ...row, tags: withTags(row.tags ?? [], Tags, 'same') }))
    return {}
  },
})
