import { defineUserOperation } from '../../shared/operation.ts'
import { withoutTags } from '../../shared/tags.ts'
import { changeUser } from '../../shared/users.ts'

export const UntagUser = defineUserOperation('UntagUser', {
  keys: ({ TagKeys }) => ({ 'aws:TagKeys': TagKeys }),
  async handle(user, { TagKeys }, { service }) {
    await changeUser(service, user, (row) => ({ ...row, tags: withoutTags(row.tags ?? [], TagKeys, 'same') }))
    return {}
  },
})
