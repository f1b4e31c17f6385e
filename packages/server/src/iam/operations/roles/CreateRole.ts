import { newId } from '../../../identities/new-id.ts'
import { iamRoles, type IamRoleRow } from '../../../metadata/tables/iam-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { addName } from '../../shared/entity-names.ts'
import { defineOperation } from '../../shared/operation.ts'
import { keptTrustPolicy } from '../../shared/policy-document.ts'
import { bound, boundaryKeys } from '../../shared/permissions-boundary.ts'
import { DEFAULT_SESSION_SECONDS, roleArn, roleNames, shownRoleAlone } from '../../shared/roles.ts'
import { withTags } from '../../shared/tags.ts'

export const CreateRole = defineOperation('CreateRole', {
  resource: ({ Path = '/', RoleName }, { caller }) => roleArn(caller.account.id, Path, RoleName),
  tagging: 'TagRole',
  keys: ({ PermissionsBoundary }) => boundaryKeys(PermissionsBoundary),
  async handle({ RoleName, Path = '/', Tags = [], ...input }, { service, caller }) {
    const { metadata } = service
    const accountId = caller.account.id
    const id = newId('role', service.random)
    const tags = withTags([], Tags, 'same')
    const row: IamRoleRow = {
      accountId,
      name: RoleName,
      path: Path,
      createdMilliseconds: service.clock.now().getTime(),
      trustPolicy: await keptTrustPolicy(metadata, input.AssumeRolePolicyDocument),
      maximumSessionSeconds: input.MaxSessionDuration ?? DEFAULT_SESSION_SECONDS,
      ...(input.Description !== undefined && { description: input.Description }),
      ...(tags.length > 0 && { tags }),
    }
    const made = await transact(metadata, async (transaction) => {
      await addName(transaction, roleNames, id, row)
      const bounded = await bound(transaction, id, row, input.PermissionsBoundary)
      transaction.put(iamRoles, [id], bounded)
      return bounded
    })
    const arn = roleArn(accountId, Path, RoleName)
    return { Role: await shownRoleAlone(metadata, { id, row: made, arn }) }
  },
})
