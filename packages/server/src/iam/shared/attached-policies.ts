import { AWS_MANAGED_POLICIES } from '../../access/managed-policies.ts'
import type { ContextKeys } from '../../access/request-context.ts'
import type { IamEntityRow } from '../../metadata/tables/iam-tables.ts'
import type { AttachedPolicy } from '../../model/iam-types.gen.ts'
import { QueryError } from '../../model/query-error.ts'
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

/** A row with one policy more; once more changes nothing. Throws NoSuchEntity and LimitExceeded. */
export function withAttached<Row extends IamEntityRow>(
  row: Row,
  { PolicyArn }: NamesPolicy,
  holder: 'User' | 'Group' | 'Role',
): Row {
  const { attachedPolicies = [] } = row
  if (!AWS_MANAGED_POLICIES.some(({ arn }) => arn === PolicyArn)) {
    throw new QueryError('NoSuchEntity', `Policy ${PolicyArn} does not exist or is not attachable.`)
  }
  if (attachedPolicies.includes(PolicyArn)) return row
  if (attachedPolicies.length >= MOST_POLICIES) {
    throw new QueryError('LimitExceeded', `Cannot exceed quota for PoliciesPer${holder}: ${MOST_POLICIES}`)
  }
  return { ...row, attachedPolicies: [...attachedPolicies, PolicyArn] }
}

/** A row with one policy less. Throws NoSuchEntity where it is not attached. */
export function withoutAttached<Row extends IamEntityRow>(row: Row, { PolicyArn }: NamesPolicy): Row {
  const { attachedPolicies = [] } = row
  if (!attachedPolicies.includes(PolicyArn)) {
    throw new QueryError('NoSuchEntity', `Policy ${PolicyArn} was not found.`)
  }
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
