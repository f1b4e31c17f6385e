import { changeRole, defineRoleOperation } from '../../shared/roles.ts'
import { withoutTags } from '../../shared/tags.ts'

export const UntagRole = defineRoleOperation('UntagRole', {
  keys: ({ TagKeys }) => ({ 'aws:TagKeys': TagKeys }),
  async handle(role, { TagKeys }, { service }) {
    await changeRole(service, role, (row) => ({ ...row, tags: withoutTags(row.tags ?? [], TagKeys, 'same') }))
    return {}
  },
})
