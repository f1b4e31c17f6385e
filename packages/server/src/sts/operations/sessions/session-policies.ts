import { AWS_MANAGED_POLICIES } from '../../../access/managed-policies.ts'
import { checkPolicyDocument } from '../../../identities/check-policy-document.ts'
import { policyArn, policyKeyOf } from '../../../identities/policy-arn.ts'
import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import { iamPolicies } from '../../../metadata/tables/iam-tables.ts'
import { readRow } from '../../../metadata/transaction.ts'
import { QueryError } from '../../../model/query-error.ts'
import type { StsInputs } from '../../../model/sts-types.gen.ts'

/** What of a session's token narrows it. */
export interface SessionPolicies {
  readonly policy?: string | undefined
  readonly policyArns?: readonly string[] | undefined
}

/** Source: AWS STS API Reference, AssumeRole, PolicyArns. */
const MOST_ARNS = 10

/**
 * The policies that narrow a session, which have to be there and of the account; managed ones are read again with each request.
 * Throws MalformedPolicyDocument and ValidationError.
 */
export async function sessionPolicies(
  { metadata }: { readonly metadata: OrderedStore },
  accountId: string,
  { Policy, PolicyArns = [] }: Pick<StsInputs['AssumeRole'], 'Policy' | 'PolicyArns'>,
): Promise<SessionPolicies> {
  if (Policy !== undefined) checkPolicyDocument(Policy)
  const arns = PolicyArns.map(({ arn }) => arn ?? '')
  if (arns.length > MOST_ARNS) throw invalid(`A session has at most ${MOST_ARNS} managed policies.`)
  for (const arn of arns) {
    if (!(await exists(metadata, accountId, arn))) {
      throw invalid(`Policy ${arn} does not exist or is not attachable.`)
    }
  }
  return { policy: Policy, ...(arns.length > 0 && { policyArns: arns }) }
}

async function exists(metadata: OrderedStore, accountId: string, arn: string): Promise<boolean> {
  const key = policyKeyOf(arn)
  if (key?.[0] !== accountId) return AWS_MANAGED_POLICIES.some((policy) => policy.arn === arn)
  const row = await readRow(metadata, iamPolicies, ...key)
  return row !== undefined && policyArn(row) === arn
}

function invalid(message: string): QueryError {
  return new QueryError('ValidationError', message)
}
