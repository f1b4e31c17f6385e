import { type IamPolicyRow, iamPolicyVersions } from '../../../metadata/tables/iam-tables.ts'
import { QueryError } from '../../../model/query-error.ts'
import { changePolicy, ofVersion } from '../../shared/managed-policies.ts'
import { checkManagedPolicy } from '../../shared/policy-document.ts'
import { definePolicyOperation } from '../../shared/policy-operation.ts'
import { QUOTAS } from '../../shared/quotas.ts'

export const CreatePolicyVersion = definePolicyOperation('CreatePolicyVersion', {
  async handle(policy, { PolicyDocument, SetAsDefault = false }, { service }) {
    checkManagedPolicy(PolicyDocument)
    const createdMilliseconds = service.clock.now().getTime()
    let made = { number: 0, createdMilliseconds }
    await changePolicy(service, policy, (row, transaction) => {
      made = { number: row.lastVersion.number + 1, createdMilliseconds }
      assertRoom(row)
      transaction.put(iamPolicyVersions, [row.id, made.number], { document: PolicyDocument })
      const next = { ...row, versions: [...row.versions, made], lastVersion: made }
      return SetAsDefault ? { ...next, document: PolicyDocument, defaultVersion: made.number } : next
    })
    const { versionId, createdAt } = ofVersion(made)
    return { PolicyVersion: { VersionId: versionId, IsDefaultVersion: SetAsDefault, CreateDate: createdAt } }
  },
})

function assertRoom({ versions }: IamPolicyRow): void {
  if (versions.length < QUOTAS.VersionsPerPolicyQuota) return
  const message = `A managed policy can have up to ${QUOTAS.VersionsPerPolicyQuota} versions. Before you create a new version, you must delete an existing version.`
  throw new QueryError('LimitExceeded', message)
}
