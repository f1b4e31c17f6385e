import { iamPolicies, iamPolicyPaths, iamPolicyVersions } from '../../../metadata/tables/iam-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { QueryError } from '../../../model/query-error.ts'
import { policyForWrite } from '../../shared/managed-policies.ts'
import { definePolicyOperation } from '../../shared/policy-operation.ts'
import { hasUses } from '../../shared/policy-uses.ts'

/** Whoever gets a policy relies on its row, so that none gets one that goes. */
export const DeletePolicy = definePolicyOperation('DeletePolicy', {
  async handle(policy, _, { service }) {
    await transact(service.metadata, async (transaction) => {
      const { accountId, id, name, path, versions } = await policyForWrite(transaction, policy)
      if (await hasUses(transaction, accountId, policy.arn)) {
        throw new QueryError('DeleteConflict', 'Cannot delete a policy attached to entities.')
      }
      if (versions.length > 1) throw new QueryError('DeleteConflict', MORE_VERSIONS)
      const lowerName = name.toLowerCase()
      transaction.remove(iamPolicies, accountId, lowerName)
      transaction.remove(iamPolicyPaths, accountId, `${path}${lowerName}`)
      for (const { number } of versions) transaction.remove(iamPolicyVersions, id, number)
    })
    return {}
  },
})

const MORE_VERSIONS =
  "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. " +
  'The default version is deleted with the policy.'
