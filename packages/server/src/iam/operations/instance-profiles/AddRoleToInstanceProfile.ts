import type { ContextKeys } from '../../../access/request-context.ts'
import { iamRoleInstanceProfiles, iamRoles } from '../../../metadata/tables/iam-tables.ts'
import { QueryError } from '../../../model/query-error.ts'
import {
  assertNoRole,
  changeInstanceProfile,
  defineInstanceProfileOperation,
} from '../../shared/instance-profiles.ts'
import { authorizedEntity, entityForWrite } from '../../shared/named-entity.ts'
import { roles } from '../../shared/roles.ts'

/** Whoever adds a role hands it to machines: it takes `iam:PassRole` on it too. Source: IAM API Reference, AddRoleToInstanceProfile. */
export const AddRoleToInstanceProfile = defineInstanceProfileOperation('AddRoleToInstanceProfile', {
  async handle(profile, { RoleName }, context) {
    const { service, caller } = context
    const keys = passingKeys(caller.account.id)
    const role = await authorizedEntity(roles, RoleName, 'iam:PassRole', context, () => keys)
    await changeInstanceProfile(service, profile, async (row, transaction) => {
      await assertNoRole(transaction, row, overQuota)
      // Written as it is: whoever deletes the role meanwhile has to look again.
      transaction.put(iamRoles, [role.id], await entityForWrite(transaction, roles, role))
      transaction.put(iamRoleInstanceProfiles, [role.id, row.name.toLowerCase()], { id: profile.id })
      return { ...row, roleId: role.id }
    })
    return {}
  },
})

function overQuota(): QueryError {
  return new QueryError('LimitExceeded', 'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1')
}

/** For which machine nobody knows yet. Source: the same, on `iam:AssociatedResourceArn`. */
function passingKeys(accountId: string): ContextKeys {
  return {
    'iam:PassedToService': 'ec2.amazonaws.com',
    'iam:AssociatedResourceArn': `arn:aws:ec2:*:${accountId}:instance/*`,
  }
}
