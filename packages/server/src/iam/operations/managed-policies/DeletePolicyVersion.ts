import { iamPolicyVersions } from '../../../metadata/tables/iam-tables.ts'
import { QueryError } from '../../../model/query-error.ts'
import { changePolicy, requireVersion } from '../../shared/managed-policies.ts'
import { definePolicyOperation } from '../../shared/policy-operation.ts'

export const DeletePolicyVersion = definePolicyOperation('DeletePolicyVersion', {
  async handle(policy, { VersionId }, { service }) {
    await changePolicy(service, policy, (row, transaction) => {
      const { number } = requireVersion(row, VersionId)
      if (number === row.defaultVersion) {
        throw new QueryError('DeleteConflict', 'Cannot delete the default version of a policy.')
      }
      transaction.remove(iamPolicyVersions, row.id, number)
      return { ...row, versions: row.versions.filter((version) => version.number !== number) }
    })
    return {}
  },
})
