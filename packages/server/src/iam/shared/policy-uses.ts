import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { iamPolicyHolders, iamPolicyUses, type IamPolicyUsesRow } from '../../metadata/tables/iam-tables.ts'
import type { Transaction } from '../../metadata/transaction.ts'

/** That a user, a group or a role has a policy. */
export interface PolicyUse {
  readonly accountId: string
  readonly policyArn: string
  readonly as: keyof IamPolicyUsesRow
  /** Of the user, group or role. */
  readonly holderId: string
}

/** What stands before the ids of those whom a policy is the boundary of. */
export const BOUNDARY_OF = 'boundary:'

const NONE: IamPolicyUsesRow = { attachments: 0, boundaries: 0 }

/** The use must not be there yet. */
export async function addUse(transaction: Transaction, use: PolicyUse): Promise<void> {
  transaction.put(iamPolicyHolders, holderKey(use), {})
  await count(transaction, use, 1)
}

/** The use must be there. */
export async function removeUse(transaction: Transaction, use: PolicyUse): Promise<void> {
  transaction.remove(iamPolicyHolders, ...holderKey(use))
  await count(transaction, use, -1)
}

/** How many of an account have each of some policies, in their order. */
export async function usesOf(
  metadata: OrderedStore,
  accountId: string,
  policyArns: readonly string[],
): Promise<readonly IamPolicyUsesRow[]> {
  const entries = await metadata.getMany(policyArns.map((arn) => iamPolicyUses.key(accountId, arn)))
  return entries.map((entry) => (entry ? iamPolicyUses.decode(entry) : NONE))
}

/** Within a transaction, which relies on it. */
export async function hasUses(transaction: Transaction, accountId: string, arn: string): Promise<boolean> {
  return (await transaction.get(iamPolicyUses, accountId, arn)) !== undefined
}

function holderKey({ accountId, policyArn, as, holderId }: PolicyUse): [string, string, string] {
  return [accountId, policyArn, as === 'boundaries' ? `${BOUNDARY_OF}${holderId}` : holderId]
}

async function count(
  transaction: Transaction,
  { accountId, policyArn, as }: PolicyUse,
  difference: 1 | -1,
): Promise<void> {
  const before = (await transaction.get(iamPolicyUses, accountId, policyArn)) ?? NONE
  const after = { ...before, [as]: before[as] + difference }
  if (after.attachments + after.boundaries > 0) transaction.put(iamPolicyUses, [accountId, policyArn], after)
  else transaction.remove(iamPolicyUses, accountId, policyArn)
}
