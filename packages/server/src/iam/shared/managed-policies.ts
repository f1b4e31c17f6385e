import { AWS_MANAGED_POLICIES, type AwsManagedPolicy } from '../../access/managed-policies.ts'
import { soon, type Soon } from '../../base/soon.ts'
import { policyArn, policyKeyOf } from '../../identities/policy-arn.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import {
  iamPolicies,
  type IamPolicyRow,
  type IamPolicyVersion,
  type TagPairs,
} from '../../metadata/tables/iam-tables.ts'
import { readRow, transact, type Transaction } from '../../metadata/transaction.ts'
import type { Policy, PolicyVersion } from '../../model/iam-types.gen.ts'
import { QueryError } from '../../model/query-error.ts'
import type { IamService } from './iam-service.ts'
import { usesOf } from './policy-uses.ts'

/** A managed policy, of AWS or of an account. */
export interface ManagedPolicy {
  readonly arn: string
  readonly id: string
  readonly name: string
  readonly path: string
  readonly description?: string | undefined
  readonly tags?: TagPairs | undefined
  readonly createdAt: Date
  /** When its newest version was made. */
  readonly updatedAt: Date
  /** JSON: the version that counts. */
  readonly document: string
  readonly defaultVersionId: string
  /** Newest first. */
  readonly versions: readonly ManagedPolicyVersion[]
  /** Absent of those of AWS. */
  readonly row?: IamPolicyRow | undefined
}

export interface ManagedPolicyVersion {
  readonly versionId: string
  readonly createdAt: Date
}

/** Of AWS, by their ARNs. */
export const awsPolicies: ReadonlyMap<string, ManagedPolicy> = new Map(
  AWS_MANAGED_POLICIES.map((policy) => [policy.arn, ofAws(policy)]),
)

/** One of AWS, or of that account; those of others are not seen. */
export function findPolicy(
  metadata: OrderedStore,
  accountId: string,
  arn: string,
): Soon<ManagedPolicy | undefined> {
  return found(accountId, arn, (key) => readRow(metadata, iamPolicies, ...key))
}

/** The same within a transaction, which relies on it: the policy is there still when it commits. */
export function findPolicyForUse(
  transaction: Transaction,
  accountId: string,
  arn: string,
): Soon<ManagedPolicy | undefined> {
  return found(accountId, arn, (key) => transaction.get(iamPolicies, ...key))
}

const ARN = /^arn:[^:]+:[^:]+:[^:]*:[^:]*:./
const POLICY_ARN = /^arn:[^:]+:iam::(?:\d{12}|aws):policy\/./

/** In AWS's words: what is no ARN, or that of no policy, is not looked for. */
export function noSuchPolicy(arn: string, message = `Policy ${arn} was not found.`): QueryError {
  if (POLICY_ARN.test(arn)) return new QueryError('NoSuchEntity', message)
  return new QueryError(ARN.test(arn) ? 'InvalidInput' : 'ValidationError', `ARN ${arn} is not valid.`)
}

export function noSuchVersion(arn: string, versionId: string): QueryError {
  const message = `Policy ${arn} version ${versionId} does not exist or is not attachable.`
  return new QueryError('NoSuchEntity', message)
}

/** Throws NoSuchEntity where there is none. */
export function requireVersion(row: IamPolicyRow, versionId: string): IamPolicyVersion {
  const version = row.versions.find(({ number }) => versionIdOf(number) === versionId)
  if (!version) throw noSuchVersion(policyArn(row), versionId)
  return version
}

/** Writes the row of one that may have changed, or gone, since it was found. Throws AccessDenied for those of AWS. */
export function changePolicy(
  { metadata }: Pick<IamService, 'metadata'>,
  policy: ManagedPolicy,
  change: (row: IamPolicyRow, transaction: Transaction) => Soon<IamPolicyRow>,
): Promise<void> {
  return transact(metadata, async (transaction) => {
    const row = await policyForWrite(transaction, policy)
    transaction.put(iamPolicies, [row.accountId, row.name.toLowerCase()], await change(row, transaction))
  })
}

/** Throws AccessDenied for policies of AWS, and NoSuchEntity for one that is gone meanwhile. */
export async function policyForWrite(
  transaction: Transaction,
  { arn, id, row }: ManagedPolicy,
): Promise<IamPolicyRow> {
  if (!row) throw new QueryError('AccessDenied', 'Policy is outside your own account.')
  const now = await transaction.get(iamPolicies, row.accountId, row.name.toLowerCase())
  if (now?.id !== id) throw noSuchPolicy(arn)
  return now
}

export type ShownPolicy = Policy & {
  readonly AttachmentCount: number
  readonly PermissionsBoundaryUsageCount: number
}

/** What all answers show of policies; description and tags only those that are about one alone. */
export async function shownPolicies(
  metadata: OrderedStore,
  accountId: string,
  policies: readonly ManagedPolicy[],
): Promise<readonly ShownPolicy[]> {
  const uses = await usesOf(
    metadata,
    accountId,
    policies.map(({ arn }) => arn),
  )
  return policies.map((policy, index) => ({
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: uses[index]?.attachments ?? 0,
    PermissionsBoundaryUsageCount: uses[index]?.boundaries ?? 0,
    IsAttachable: true,
    CreateDate: policy.createdAt,
    UpdateDate: policy.updatedAt,
  }))
}

export function versionIdOf(version: number): string {
  return `v${version}`
}

/** What all answers show of a version; its document only those that are about it alone. */
export function shownVersion(
  { defaultVersionId }: ManagedPolicy,
  { versionId, createdAt }: ManagedPolicyVersion,
): PolicyVersion {
  return { VersionId: versionId, IsDefaultVersion: versionId === defaultVersionId, CreateDate: createdAt }
}

export function ofAccount(row: IamPolicyRow): ManagedPolicy {
  const { id, name, path, description, tags, document, createdMilliseconds } = row
  return {
    arn: policyArn(row),
    id,
    name,
    path,
    description,
    tags,
    document,
    createdAt: new Date(createdMilliseconds),
    updatedAt: new Date(row.lastVersion.createdMilliseconds),
    defaultVersionId: versionIdOf(row.defaultVersion),
    versions: row.versions.map(ofVersion).toReversed(),
    row,
  }
}

export function ofVersion({ number, createdMilliseconds }: IamPolicyVersion): ManagedPolicyVersion {
  return { versionId: versionIdOf(number), createdAt: new Date(createdMilliseconds) }
}

/** The version that counts is the only one that is known here. */
function ofAws({ versionId, ...policy }: AwsManagedPolicy): ManagedPolicy {
  const versions = [{ versionId, createdAt: policy.updatedAt }]
  return { ...policy, defaultVersionId: versionId, versions }
}

function found(
  accountId: string,
  arn: string,
  read: (key: [accountId: string, lowerName: string]) => Soon<IamPolicyRow | undefined>,
): Soon<ManagedPolicy | undefined> {
  const key = policyKeyOf(arn)
  if (key?.[0] !== accountId) return awsPolicies.get(arn)
  return soon(read(key), (row) => (row && policyArn(row) === arn ? ofAccount(row) : undefined))
}
