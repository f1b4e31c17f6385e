import type { Policy } from '../../../access/policy/policy.ts'
import { parsePolicy } from '../../../access/policy/parse-policy.ts'
import { arnsOf, entityOf } from '../../../access/principal.ts'
import { accessDenied } from '../../../identities/authorize-call.ts'
import { callerNamed } from '../../../identities/caller-named.ts'
import { identityPolicies } from '../../../identities/identity-policies.ts'
import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import { iamGroupMembers, iamPolicyHolders } from '../../../metadata/tables/iam-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { readableRows } from '../../../metadata/unreadable-rows.ts'
import { QueryError } from '../../../model/query-error.ts'
import { groups } from '../../shared/groups.ts'
import type { IamContext } from '../../shared/iam-service.ts'
import { invalidInput } from '../../shared/invalid-input.ts'
import { findPolicy } from '../../shared/managed-policies.ts'
import { findEntity } from '../../shared/named-entity.ts'

/** What a report is about. */
export interface ReportSource {
  /** They decide which services it tells of. */
  readonly policies: readonly Policy[]
  /** Of the users and roles that have those policies. */
  entityIds(): Promise<readonly string[]>
}

/**
 * Of a user with its groups, a group, a role or a managed policy. Boundaries and policies of sessions and resources decide nothing. Source: IAM
 * User Guide, "Refine permissions in AWS using last accessed information".
 */
export async function reportSource(arn: string, context: IamContext): Promise<ReportSource> {
  const { accountId, kind } = entityArnParts(arn)
  const { caller } = context
  const isOwn = accountId === caller.account.id || (kind === 'policy' && accountId === 'aws')
  // AWS answers this, and not that there is none, whoever asks.
  if (!isOwn) throw accessDenied(caller, 'iam:GenerateServiceLastAccessedDetails', arn)
  const found = await SOURCES[kind](arn, context)
  if (!found) throw new QueryError('NoSuchEntity', `ARN ${arn} does not exist.`)
  return found
}

type FindSource = (arn: string, context: IamContext) => Promise<ReportSource | undefined>

const SOURCES: Readonly<Record<'user' | 'group' | 'role' | 'policy', FindSource>> = {
  user: userOrRole,
  role: userOrRole,
  group: groupSource,
  policy: policySource,
}

/** Throws what AWS answers for other ARNs. */
function entityArnParts(arn: string): {
  readonly accountId: string
  readonly kind: keyof typeof SOURCES
} {
  const [, partition, service, accountId = '', resource = ''] =
    /^arn:([^:]*):([^:]*):[^:]*:([^:]*):(.*)$/s.exec(arn) ?? []
  if (partition !== undefined && partition !== 'aws') {
    throw new QueryError('ValidationError', 'Invalid ARN partition')
  }
  if (service !== undefined && service !== 'iam') {
    throw new QueryError('ValidationError', 'Invalid service in ARN')
  }
  const [, kind] = /^(user|group|role|policy)\/(?:.*\/)?[^/]+$/.exec(resource) ?? []
  if (kind === undefined) throw invalidInput(`Invalid Entity Arn: ${arn} is not supported.`)
  return { accountId, kind: kind as keyof typeof SOURCES }
}

async function userOrRole(arn: string, { service }: IamContext): Promise<ReportSource | undefined> {
  const found = await callerNamed(service, { name: arn }, undefined)
  // A name is found without its path, too.
  if (!found || !arnsOf(found.principal).includes(arn)) return undefined
  const { principal, policies } = found
  const id = principal.kind === 'user' ? principal.id : entityOf(principal)?.id
  if (id === undefined) return undefined
  return {
    policies: policies.identity.map(({ policy }) => policy),
    entityIds: () => Promise.resolve([id]),
  }
}

async function groupSource(arn: string, { service, caller }: IamContext): Promise<ReportSource | undefined> {
  const { metadata } = service
  const name = arn.slice(arn.lastIndexOf('/') + 1)
  const group = await findEntity(metadata, groups, caller.account.id, name)
  if (group?.arn !== arn) return undefined
  const policies = await transact(metadata, (rows) =>
    identityPolicies(rows, group.row, { kind: 'group', name }),
  )
  return {
    policies: policies.map(({ policy }) => policy),
    entityIds: () => membersOf(metadata, group.id),
  }
}

async function policySource(arn: string, { service, caller }: IamContext): Promise<ReportSource | undefined> {
  const { metadata } = service
  const policy = await findPolicy(metadata, caller.account.id, arn)
  if (!policy) return undefined
  return {
    policies: [parsePolicy(policy.document, { kind: 'identity' })],
    entityIds: () => holdersOf(metadata, caller.account.id, arn),
  }
}

async function membersOf(metadata: OrderedStore, groupId: string): Promise<string[]> {
  const ids: string[] = []
  const rows = readableRows(metadata, iamGroupMembers, iamGroupMembers.range(groupId))
  for await (const { parts } of rows) ids.push(parts[1])
  return ids
}

/** Those who have it themselves or by a group, each once; not those whose boundary it is. */
async function holdersOf(metadata: OrderedStore, accountId: string, arn: string): Promise<string[]> {
  const ids = new Set<string>()
  for (const kind of ['AIDA', 'AROA', 'AGPA']) {
    const range = iamPolicyHolders.stringRange([accountId, arn], kind)
    for await (const { parts } of readableRows(metadata, iamPolicyHolders, range)) {
      const [, , id] = parts
      const held = kind === 'AGPA' ? await membersOf(metadata, id) : [id]
      for (const one of held) ids.add(one)
    }
  }
  return [...ids]
}
