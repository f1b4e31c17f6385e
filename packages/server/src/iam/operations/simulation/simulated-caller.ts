import type { Account } from '../../../access/accounts.ts'
import type { Caller } from '../../../access/caller.ts'
import { arnsOf, type Principal } from '../../../access/principal.ts'
import { principalKeys } from '../../../access/principal-keys.ts'
import type { ContextKeys } from '../../../access/request-context.ts'
import { callerNamed } from '../../../identities/caller-named.ts'
import type { IamContext } from '../../shared/iam-service.ts'
import { invalidInput } from '../../shared/invalid-input.ts'

/** Who asks in a simulation, without what they may. */
export interface SimulatedCaller {
  readonly principal: Principal
  /** Condition keys that follow from who it is. */
  readonly keys: ContextKeys
  /** Whether a resource's policy can name them. */
  readonly isNamed: boolean
}

const ENTITY = /^arn:aws:iam::(\d{12}):(user|group|role)\/(.+)$/

/** Somebody of the account whom nothing is known of. */
export function someUser(account: Account): SimulatedCaller {
  return { principal: { kind: 'user', account, id: '', name: '' }, keys: {}, isNamed: false }
}

/**
 * Whom an ARN names, who need not be there. Throws InvalidInput: "You cannot specify the ARN of an assumed role, federated user,
 * or a service principal."
 */
export async function callerOfArn(arn: string, { service, caller }: IamContext): Promise<SimulatedCaller> {
  const [, accountId = '', kind, name = ''] = ENTITY.exec(arn) ?? []
  if (kind === undefined) throw invalidInput(`It is no ARN of a user, group or role: ${arn}`)
  const account = service.accounts.findById(accountId) ?? strangeAccount(accountId)
  // A group asks for nothing itself: nobody is told what its members' names are.
  if (kind === 'group') return { ...someUser(account), isNamed: true }
  const isOwn = accountId === caller.account.id
  const named = isOwn ? await callerNamed(service, { name: arn }, undefined) : undefined
  const found = named && arnsOf(named.principal).includes(arn) ? named : undefined
  return simulatedCaller(
    found ?? { principal: strangePrincipal(kind, account, name), traits: {} },
    service.clock.now(),
  )
}

/** What temporary credentials add is not told: nobody has asked for any. */
function simulatedCaller(
  { principal, traits }: Pick<Caller, 'principal' | 'traits'>,
  now: Date,
): SimulatedCaller {
  const keys = principalKeys({ principal, traits: { tags: traits.tags } }, now)
  const known = keys.filter(([key]) => principal.kind !== 'assumed-role' || key !== 'aws:userid')
  return { principal, keys: Object.fromEntries(known), isNamed: true }
}

function strangePrincipal(kind: string, account: Account, name: string): Principal {
  return kind === 'user'
    ? { kind, account, id: '', name }
    : { kind: 'assumed-role', account, roleId: '', roleName: name, sessionName: '' }
}

function strangeAccount(id: string): Account {
  return { id, name: '', displayName: '', email: undefined, canonicalId: '', accessKeys: [] }
}
