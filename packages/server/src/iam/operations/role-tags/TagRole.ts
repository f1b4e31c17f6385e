import { changeRole, defineRoleOperation } from '../../shared/roles.ts'
import { requestTagKeys, withTags } from '../../shared/tags.ts'

export const TagRole = defineRoleOperation('TagRole', {
  keys: ({ Tags }) => requestTagKeys(Tags),
  async handle(role, { Tags }, { service }) {
    await changeRole(service, role, (row) => ({ ...row, tags: withTags(row.tags ?? [], Tags, 'same') }))
    return {}
  },
})
