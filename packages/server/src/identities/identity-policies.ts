import type { CallersPolicies, NamedPolicy, PolicyHolder } from '../access/caller.ts'
import { AWS_MANAGED_POLICIES } from '../access/managed-policies.ts'
import { heldBytes } from '../base/held-bytes.ts'
import { parsePolicy } from '../access/policy/parse-policy.ts'
import type { Policy } from '../access/policy/policy.ts'
import { RowCache } from '../metadata/row-cache.ts'
import { iamPolicies, type IamEntityRow, type IamPolicyRow } from '../metadata/tables/iam-tables.ts'
import type { Transaction } from '../metadata/transaction.ts'
import { policyArn, policyKeyOf } from './policy-arn.ts'

/** Compiled once: they are the same for all who have them. */
const ofAws = new Map(AWS_MANAGED_POLICIES.map(({ arn, document }) => [arn, compiled(document)]))

const policyRows = new RowCache(iamPolicies)

/** Compiled once for each change, by the row that has the text: a changed row is another one. */
const ofAccounts = new WeakMap<IamPolicyRow, Policy>()
const inline = new WeakMap<IamEntityRow, readonly NamedPolicy[]>()

/** What a boundary says whose policy is not there: nothing is ever more than was meant. */
const DENY_ALL = compiled('{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}')

/** The inline and the attached policies of a user, a group or a role, compiled. */
export async function identityPolicies(
  rows: Transaction,
  entity: IamEntityRow,
  of: PolicyHolder,
): Promise<readonly NamedPolicy[]> {
  const { accountId, attachedPolicies = [] } = entity
  return [...inlinePolicies(entity, of), ...(await managedPolicies(rows, accountId, attachedPolicies, of))]
}

/** The permissions boundary of a user or role, where it has one. */
export async function boundaryPolicy(
  rows: Transaction,
  { accountId, boundary: name }: IamEntityRow,
  of: PolicyHolder,
): Promise<Pick<CallersPolicies, 'boundary'>> {
  if (name === undefined) return {}
  const policy = (await managedPolicy(rows, accountId, name)) ?? DENY_ALL
  return { boundary: { name, of, policy } }
}

/** Of a session's token: what narrows it. */
export interface SessionNarrowing {
  readonly name: string
  /** JSON text. */
  readonly policy?: string | undefined
  /** ARNs of managed policies: what they say when a request comes, not when the session began. */
  readonly policyArns?: readonly string[] | undefined
  /** JSON texts. */
  readonly scopes?: readonly string[] | undefined
}

/** What narrows a session, where its token says something of it; a policy that is gone since gives nothing. */
export async function sessionPolicies(
  rows: Transaction,
  accountId: string,
  { name, policy, policyArns = [], scopes }: SessionNarrowing,
): Promise<Pick<CallersPolicies, 'session' | 'scopes'>> {
  const scoped = scopePolicies(name, scopes)
  if (policy === undefined && policyArns.length === 0) return scoped
  const of: PolicyHolder = { kind: 'session', name }
  const own = policy === undefined ? [] : [{ name: 'inline', of, policy: compiled(policy) }]
  return { session: [...own, ...(await managedPolicies(rows, accountId, policyArns, of))], ...scoped }
}

/** The scopes of a session, compiled. */
export function scopePolicies(
  name: string,
  scopes: readonly string[] | undefined,
): Pick<CallersPolicies, 'scopes'> {
  if (!scopes) return {}
  const of: PolicyHolder = { kind: 'session', name }
  return { scopes: scopes.map((text, index) => ({ name: `scope ${index + 1}`, of, policy: compiled(text) })) }
}

/** What is worked out of a caller keeps of memory: policies, compiled, several times their bytes; all else as it is. */
export function memoryOf(caller: object): number {
  return heldBytes(caller, (held) =>
    'sizeBytes' in held && typeof held.sizeBytes === 'number' ? BYTES_FOR_EACH * held.sizeBytes : undefined,
  )
}

const BYTES_FOR_EACH = 16

function inlinePolicies(entity: IamEntityRow, of: PolicyHolder): readonly NamedPolicy[] {
  const known = inline.get(entity)
  if (known) return known
  const policies = Object.entries(entity.inlinePolicies ?? {}).map(([name, text]) => ({
    name,
    of,
    policy: compiled(text),
  }))
  inline.set(entity, policies)
  return policies
}

async function managedPolicies(
  rows: Transaction,
  accountId: string,
  arns: readonly string[],
  of: PolicyHolder,
): Promise<readonly NamedPolicy[]> {
  const policies: NamedPolicy[] = []
  for (const name of arns) {
    const policy = await managedPolicy(rows, accountId, name)
    if (policy) policies.push({ name, of, policy })
  }
  return policies
}

async function managedPolicy(rows: Transaction, accountId: string, arn: string): Promise<Policy | undefined> {
  const key = policyKeyOf(arn)
  if (key?.[0] !== accountId) return ofAws.get(arn)
  const row = await rows.getThrough(policyRows, ...key)
  if (!row || policyArn(row) !== arn) return undefined
  const policy = ofAccounts.get(row) ?? compiled(row.document)
  ofAccounts.set(row, policy)
  return policy
}

function compiled(text: string): Policy {
  return parsePolicy(text, { kind: 'identity' })
}
