import { AWS_MANAGED_POLICIES, type AwsManagedPolicy } from '../../access/managed-policies.ts'
import { justAfter } from '../../metadata/just-after.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { iamPolicyHolders } from '../../metadata/tables/iam-tables.ts'
import type { Policy, PolicyVersion } from '../../model/iam-types.gen.ts'
import { QueryError } from '../../model/query-error.ts'

export function findPolicy(policyArn: string): AwsManagedPolicy | undefined {
  return AWS_MANAGED_POLICIES.find(({ arn }) => arn === policyArn)
}

/** Throws NoSuchEntity where there is none. */
export function requirePolicy(policyArn: string): AwsManagedPolicy {
  const found = findPolicy(policyArn)
  if (!found) throw noSuchPolicy(policyArn)
  return found
}

export function noSuchPolicy(policyArn: string): QueryError {
  return new QueryError('NoSuchEntity', `Policy ${policyArn} was not found.`)
}

/** What all answers show of a policy, with how many of an account it is attached to; its description only those about it alone. */
export async function shownManagedPolicy(
  metadata: OrderedStore,
  accountId: string,
  { name, id, arn, versionId, createdAt, updatedAt }: AwsManagedPolicy,
): Promise<Policy & { readonly AttachmentCount: number }> {
  return {
    PolicyName: name,
    PolicyId: id,
    Arn: arn,
    Path: '/',
    DefaultVersionId: versionId,
    AttachmentCount: await attachmentCount(metadata, accountId, arn),
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    CreateDate: createdAt,
    UpdateDate: updatedAt,
  }
}

/** The version that counts is the only one that is known here; its document is shown by answers about it alone. */
export function shownVersion({ versionId, updatedAt }: AwsManagedPolicy): PolicyVersion {
  return { VersionId: versionId, IsDefaultVersion: true, CreateDate: updatedAt }
}

const ROWS_A_READ = 1000

async function attachmentCount(metadata: OrderedStore, accountId: string, arn: string): Promise<number> {
  const { start, end } = iamPolicyHolders.range(accountId, arn)
  let count = 0
  for (let from = start; ;) {
    const entries = await metadata.scan({ start: from, end, limit: ROWS_A_READ })
    count += entries.length
    const last = entries[ROWS_A_READ - 1]
    if (!last) return count
    from = justAfter(last.key)
  }
}
