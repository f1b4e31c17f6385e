import { iamRoleInstanceProfiles } from '../../../metadata/tables/iam-tables.ts'
import { QueryError } from '../../../model/query-error.ts'
import { changeInstanceProfile, defineInstanceProfileOperation } from '../../shared/instance-profiles.ts'
import { findEntity, noSuchEntity } from '../../shared/named-entity.ts'
import { roles } from '../../shared/roles.ts'

export const RemoveRoleFromInstanceProfile = defineInstanceProfileOperation('RemoveRoleFromInstanceProfile', {
  async handle(profile, { RoleName }, { service, caller }) {
    const role = await findEntity(service.metadata, roles, caller.account.id, RoleName)
    if (!role) throw noSuchEntity('Role', RoleName)
    await changeInstanceProfile(service, profile, (row, transaction) => {
      if (row.roleId !== role.id) {
        const message = `The role with name ${RoleName} is not in Instance Profile ${row.name}.`
        throw new QueryError('NoSuchEntity', message)
      }
      transaction.remove(iamRoleInstanceProfiles, role.id, row.name.toLowerCase())
      return { ...row, roleId: undefined }
    })
    return {}
  },
})
