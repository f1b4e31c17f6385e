import type { ContextKeys } from '../../access/request-context.ts'
import { type IamEntityRow, iamPolicyHolders } from '../../metadata/tables/iam-tables.ts'
import type { Transaction } from '../../metadata/transaction.ts'
import type { AttachedPolicy } from '../../model/iam-types.gen.ts'
import { QueryError } from '../../model/query-error.ts'
import { findPolicy, noSuchPolicy } from './managed-policies.ts'
import { pageOfList, type PageRequest } from './page.ts'

/** Source: IAM User Guide, "IAM and AWS STS quotas", "Managed policies per …", unless they are raised. */
const MOST_POLICIES = 10

interface NamesPolicy {
  readonly PolicyArn: string
}

/** Source: Service Authorization Reference, "Condition keys for AWS IAM": `iam:PolicyARN`. */
export function policyKeys({ PolicyArn }: NamesPolicy): ContextKeys {
  return { 'iam:PolicyARN': PolicyArn }
}

/** The row of `id` with one policy more; once more changes nothing. Throws NoSuchEntity and LimitExceeded. */
export function withAttached<Row extends IamEntityRow>(
  transaction: Pick<Transaction, 'put'>,
  id: string,
  row: Row,
  { PolicyArn }: NamesPolicy,
  holder: 'User' | 'Group' | 'Role',
): Row {
  const { attachedPolicies = [] } = row
  if (!findPolicy(PolicyArn)) {
    throw new QueryError('NoSuchEntity', `Policy ${PolicyArn} does not exist or is not attachable.`)
  }
  if (attachedPolicies.includes(PolicyArn)) return row
  if (attachedPolicies.length >= MOST_POLICIES) {
    throw new QueryError('LimitExceeded', `Cannot exceed quota for PoliciesPer${holder}: ${MOST_POLICIES}`)
  }
  transaction.put(iamPolicyHolders, [row.accountId, PolicyArn, id], {})
  return { ...row, attachedPolicies: [...attachedPolicies, PolicyArn] }
}

/** The row of `id` with one policy less. Throws NoSuchEntity where it is not attached. */
export function withoutAttached<Row extends IamEntityRow>(
  transaction: Pick<Transaction, 'remove'>,
  id: string,
  row: Row,
  { PolicyArn }: NamesPolicy,
): Row {
  const { attachedPolicies = [] } = row
  if (!attachedPolicies.includes(PolicyArn)) throw noSuchPolicy(PolicyArn)
  transaction.remove(iamPolicyHolders, row.accountId, PolicyArn, id)
  return { ...row, attachedPolicies: attachedPolicies.filter((arn) => arn !== PolicyArn) }
}

/** A page of those of a path, as all answers show them. */
export function attachedPage(
  { attachedPolicies = [] }: IamEntityRow,
  { PathPrefix = '/', ...page }: PageRequest & { readonly PathPrefix?: string | undefined },
): { readonly AttachedPolicies: readonly AttachedPolicy[]; readonly IsTruncated: boolean } {
  const shown = attachedPolicies.filter((arn) => pathAndName(arn).startsWith(PathPrefix))
  const { items, rest } = pageOfList(shown, page)
  const AttachedPolicies = items.map((arn) => ({
    PolicyName: pathAndName(arn).replace(/.*\//, ''),
    PolicyArn: arn,
  }))
  return { AttachedPolicies, ...rest }
}

/** For example `/AmazonS3FullAccess`. */
function pathAndName(arn: string): string {
  return arn.replace(/^arn:aws:iam::[^:]*:policy/, '')
}
