import { iamPolicyVersions } from '../../../metadata/tables/iam-tables.ts'
import { changePolicy, noSuchVersion, requireVersion } from '../../shared/managed-policies.ts'
import { definePolicyOperation } from '../../shared/policy-operation.ts'

/** What the policy says from the next request on. */
export const SetDefaultPolicyVersion = definePolicyOperation('SetDefaultPolicyVersion', {
  async handle(policy, { VersionId }, { service }) {
    await changePolicy(service, policy, async (row, transaction) => {
      const { number } = requireVersion(row, VersionId)
      const version = await transaction.get(iamPolicyVersions, row.id, number)
      if (!version) throw noSuchVersion(policy.arn, VersionId)
      return { ...row, document: version.document, defaultVersion: number }
    })
    return {}
  },
})
