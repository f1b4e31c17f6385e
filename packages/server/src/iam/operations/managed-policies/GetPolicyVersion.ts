import { QueryError } from '../../../model/query-error.ts'
import { requirePolicy, shownVersion } from '../../shared/managed-policies.ts'
import { defineOperation } from '../../shared/operation.ts'
import { shownPolicy } from '../../shared/policy-document.ts'

export const GetPolicyVersion = defineOperation('GetPolicyVersion', {
  resource: ({ PolicyArn }) => PolicyArn,
  handle({ PolicyArn, VersionId }) {
    const policy = requirePolicy(PolicyArn)
    if (VersionId !== policy.versionId) {
      throw new QueryError('NoSuchEntity', `Policy ${PolicyArn} version ${VersionId} was not found.`)
    }
    return Promise.resolve({
      PolicyVersion: { ...shownVersion(policy), Document: shownPolicy(policy.document) },
    })
  },
})
