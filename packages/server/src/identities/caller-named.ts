import type { AccountDirectory } from '../access/account-directory.ts'
import { anonymousCaller, type Caller, rootCaller } from '../access/caller.ts'
import { accountOf } from '../access/principal.ts'
import type { Clock } from '../base/clock.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import {
  iamAccessKeys,
  iamRoleNames,
  iamRoles,
  iamUserNames,
  iamUsers,
} from '../metadata/tables/iam-tables.ts'
import { readRow } from '../metadata/transaction.ts'
import { FederatedCallers } from './federated-callers.ts'
import type { SessionNarrowing } from './identity-policies.ts'
import { RoleCallers } from './role-callers.ts'
import { UserCallers } from './user-callers.ts'

/** Somebody whom a question is about, who need not sign anything. */
export interface AskedCaller {
  /**
   * `anonymous`; an account by its id, ARN, canonical id or an access key of its root user; a user by its ARN, unique id, an
   * access key or `user/NAME`; a role by its ARN, unique id or `role/NAME`, of which a session is meant; a session by the ARN
   * that it has.
   */
  readonly name: string
  /** Of sessions: what narrows it. */
  readonly narrowing?: Narrowing | undefined
  /** Who began a federated session, as `name`; its root user where it is absent. */
  readonly federatedBy?: string | undefined
}

type Narrowing = Omit<SessionNarrowing, 'name'>

export interface CallersLookedIn {
  readonly accounts: AccountDirectory
  readonly metadata: OrderedStore
  readonly clock: Clock
}

/** What the session of a role is called that nobody has named. */
const SESSION_NAME = 'session'

/** No name has more: 12 of the account, 512 of the path, 64 of the name, and what is around them. */
const MOST_CHARACTERS = 1024

/**
 * Who is called by a name, as if they had signed a request now. `homeId`: the account of names without one. `undefined` where
 * there is nobody of the name.
 */
export async function callerNamed(
  within: CallersLookedIn,
  asked: AskedCaller,
  homeId: string | undefined,
): Promise<Caller | undefined> {
  if (asked.name.length > MOST_CHARACTERS) return undefined
  const name = fullName(asked.name, homeId)
  const known = knownCaller(within.accounts, name)
  if (known) return known
  const [, federatedAccount = '', federatedName] = FEDERATED.exec(name) ?? []
  if (federatedName === undefined) {
    return (await userNamed(within, name)) ?? (await roleNamed(within, name, asked.narrowing))
  }
  const by = asked.federatedBy ?? federatedAccount
  const holder = await callerNamed(within, { name: by }, homeId)
  if (!holder || accountOf(holder.principal)?.id !== federatedAccount) return undefined
  return federatedCaller(within, holder, federatedName, asked.narrowing)
}

/** Whether a session policy can narrow them: sessions of roles, and federated ones. */
export function isOfSession({ principal: { kind } }: Caller): boolean {
  return kind === 'assumed-role' || kind === 'federated-user'
}

const FEDERATED = /^arn:aws:sts::(\d{12}):federated-user\/(.+)$/
const ASSUMED = /^arn:aws:sts::(\d{12}):assumed-role\/([^/]+)\/([^/]+)$/
const ENTITY = /^arn:aws:iam::(\d{12}):(user|role)(\/(?:.*\/)?)([^/]+)$/

/** `user/NAME` and the like as ARNs. */
function fullName(name: string, homeId: string | undefined): string {
  if (homeId === undefined) return name
  if (/^(?:user|role)\//.test(name)) return `arn:aws:iam::${homeId}:${name}`
  return /^(?:assumed-role|federated-user)\//.test(name) ? `arn:aws:sts::${homeId}:${name}` : name
}

function knownCaller(accounts: AccountDirectory, name: string): Caller | undefined {
  if (name === 'anonymous') return anonymousCaller
  const id = /^arn:aws:iam::(\d{12}):root$/.exec(name)?.[1] ?? name
  const account =
    accounts.findById(id) ?? accounts.findByCanonicalId(name.toLowerCase()) ?? accounts.findByRootKeyId(name)
  return account && rootCaller(account)
}

async function userNamed(within: CallersLookedIn, name: string): Promise<Caller | undefined> {
  const userId = name.startsWith('AIDA') ? name : await entityId(within.metadata, 'user', name)
  const row = userId === undefined ? undefined : await readRow(within.metadata, iamUsers, userId)
  if (userId === undefined || !row) return userOfKey(within, name)
  return await new UserCallers(within).find({ userId, accountId: row.accountId })
}

async function userOfKey(within: CallersLookedIn, name: string): Promise<Caller | undefined> {
  const key = /^\w{3,128}$/.test(name) ? await readRow(within.metadata, iamAccessKeys, name) : undefined
  return key && (await new UserCallers(within).find(key))
}

async function roleNamed(
  within: CallersLookedIn,
  text: string,
  narrowing: Narrowing | undefined,
): Promise<Caller | undefined> {
  const [, accountId = '', roleName = '', sessionName] = ASSUMED.exec(text) ?? []
  const role = sessionName === undefined ? text : `arn:aws:iam::${accountId}:role/${roleName}`
  const roleId = role.startsWith('AROA') ? role : await entityId(within.metadata, 'role', role)
  if (roleId === undefined) return undefined
  const session = { ...timesFrom(within.clock), ...narrowing, roleId, name: sessionName ?? SESSION_NAME }
  return await new RoleCallers(within).find('', session)
}

async function federatedCaller(
  within: CallersLookedIn,
  holder: Caller,
  name: string,
  narrowing: Narrowing | undefined,
): Promise<Caller | undefined> {
  const { kind } = holder.principal
  if (kind !== 'user' && kind !== 'account') return undefined
  const accountId = holder.principal.account.id
  return await new FederatedCallers(within.metadata, () => holder).find('', {
    ...timesFrom(within.clock),
    ...narrowing,
    accountId,
    name,
  })
}

/** Of a session that is only asked about: it begins now and signs nothing. */
function timesFrom(clock: Clock) {
  const issuedMilliseconds = clock.now().getTime()
  return { secretAccessKey: '', issuedMilliseconds, expiresMilliseconds: issuedMilliseconds }
}

/** A name is unique without its path too, which may be left out, but not be another one. */
async function entityId(
  metadata: OrderedStore,
  kind: 'user' | 'role',
  arn: string,
): Promise<string | undefined> {
  const [, accountId = '', ofKind, path, name = ''] = ENTITY.exec(arn) ?? []
  if (ofKind !== kind) return undefined
  const names = kind === 'user' ? iamUserNames : iamRoleNames
  const { id } = (await readRow(metadata, names, accountId, name.toLowerCase())) ?? {}
  if (id === undefined) return undefined
  const row = kind === 'user' ? await readRow(metadata, iamUsers, id) : await readRow(metadata, iamRoles, id)
  return row?.name === name && (path === '/' || row.path === path) ? id : undefined
}
