import { withoutPath } from '../../access/principal.ts'
import type { ContextKeys } from '../../access/request-context.ts'
import type { IamEntityRow } from '../../metadata/tables/iam-tables.ts'
import type { Transaction } from '../../metadata/transaction.ts'
import type { AttachedPolicy } from '../../model/iam-types.gen.ts'
import { QueryError } from '../../model/query-error.ts'
import { findPolicyForUse, noSuchPolicy } from './managed-policies.ts'
import { pageOfList, type PageRequest } from './page.ts'
import { addUse, removeUse } from './policy-uses.ts'
import { QUOTAS } from './quotas.ts'

interface NamesPolicy {
  readonly PolicyArn: string
}

/** Source: Service Authorization Reference, "Condition keys for AWS IAM": `iam:PolicyARN`. */
export function policyKeys({ PolicyArn }: NamesPolicy): ContextKeys {
  return { 'iam:PolicyARN': PolicyArn }
}

/** The row of `id` with one policy more; once more changes nothing. Throws NoSuchEntity and LimitExceeded. */
export async function withAttached<Row extends IamEntityRow>(
  transaction: Transaction,
  id: string,
  row: Row,
  { PolicyArn }: NamesPolicy,
  holder: 'User' | 'Group' | 'Role',
): Promise<Row> {
  const { accountId, attachedPolicies = [] } = row
  if (!(await findPolicyForUse(transaction, accountId, PolicyArn))) {
    throw noSuchPolicy(PolicyArn, `Policy ${PolicyArn} does not exist or is not attachable.`)
  }
  if (attachedPolicies.includes(PolicyArn)) return row
  const most = QUOTAS[`AttachedPoliciesPer${holder}Quota`]
  if (attachedPolicies.length >= most) {
    throw new QueryError('LimitExceeded', `Cannot exceed quota for PoliciesPer${holder}: ${most}`)
  }
  await addUse(transaction, { accountId, policyArn: PolicyArn, as: 'attachments', holderId: id })
  return { ...row, attachedPolicies: [...attachedPolicies, PolicyArn] }
}

/** The row of `id` with one policy less. Throws NoSuchEntity where it is not attached. */
export async function withoutAttached<Row extends IamEntityRow>(
  transaction: Transaction,
  id: string,
  row: Row,
  { PolicyArn }: NamesPolicy,
): Promise<Row> {
  const { accountId, attachedPolicies = [] } = row
  if (!attachedPolicies.includes(PolicyArn)) throw noSuchPolicy(PolicyArn)
  await removeUse(transaction, { accountId, policyArn: PolicyArn, as: 'attachments', holderId: id })
  return { ...row, attachedPolicies: attachedPolicies.filter((arn) => arn !== PolicyArn) }
}

/** A page of those of a path, as all answers show them. */
export function attachedPage(
  { attachedPolicies = [] }: IamEntityRow,
  { PathPrefix = '/', ...page }: PageRequest & { readonly PathPrefix?: string | undefined },
): { readonly AttachedPolicies: readonly AttachedPolicy[]; readonly IsTruncated: boolean } {
  const shown = attachedPolicies.filter((arn) => pathAndName(arn).startsWith(PathPrefix))
  const { items, rest } = pageOfList(shown, page)
  return { AttachedPolicies: shownAttached(items), ...rest }
}

export function shownAttached(arns: readonly string[] = []): readonly AttachedPolicy[] {
  return arns.map((arn) => ({ PolicyName: withoutPath(arn), PolicyArn: arn }))
}

/** For example `/AmazonS3FullAccess`. */
function pathAndName(arn: string): string {
  return arn.replace(/^arn:aws:iam::[^:]*:policy/, '')
}
