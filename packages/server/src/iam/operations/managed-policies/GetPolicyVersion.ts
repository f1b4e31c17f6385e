import { iamPolicyVersions } from '../../../metadata/tables/iam-tables.ts'
import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import { readRow } from '../../../metadata/transaction.ts'
import {
  type ManagedPolicy,
  noSuchVersion,
  requireVersion,
  shownVersion,
} from '../../shared/managed-policies.ts'
import { shownPolicy } from '../../shared/policy-document.ts'
import { definePolicyOperation } from '../../shared/policy-operation.ts'

export const GetPolicyVersion = definePolicyOperation('GetPolicyVersion', {
  async handle(policy, { VersionId }, { service: { metadata } }) {
    const version = policy.versions.find(({ versionId }) => versionId === VersionId)
    if (!version) throw noSuchVersion(policy.arn, VersionId)
    const text = await documentOf(metadata, policy, VersionId)
    return { PolicyVersion: { ...shownVersion(policy, version), Document: shownPolicy(text) } }
  },
})

async function documentOf(
  metadata: OrderedStore,
  { arn, document, defaultVersionId, row }: ManagedPolicy,
  versionId: string,
): Promise<string> {
  if (!row || versionId === defaultVersionId) return document
  const version = await readRow(metadata, iamPolicyVersions, row.id, requireVersion(row, versionId).number)
  // It may be gone since the policy was read.
  if (!version) throw noSuchVersion(arn, versionId)
  return version.document
}
