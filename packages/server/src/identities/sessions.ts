import { type Caller, type CallersPolicies, rootCaller } from '../access/caller.ts'
import { ownArnOf } from '../access/principal.ts'
import { BoundedCache } from '../base/bounded-cache.ts'
import { type Soon, soon } from '../base/soon.ts'
import type { StoreKeys } from '../encryption/store-keys.ts'
import { FederatedCallers } from './federated-callers.ts'
import { scopePolicies } from './identity-policies.ts'
import { RoleCallers } from './role-callers.ts'
import { openedToken, type OwnSession, type Session, type SessionHolder } from './session-token.ts'
import type { CallersSetting } from './stored-callers.ts'
import type { UserCallers } from './user-callers.ts'

/** Who holds the credentials of a session, and what they sign with. */
export interface SessionIdentity {
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiresAt: Date
  readonly caller: Caller
  readonly session: Session
}

interface OpenedSession {
  readonly token: string
  readonly session: Session
}

interface SessionsSetting extends CallersSetting {
  readonly storeKeys: StoreKeys
}

/** Tokens that were opened; a session's policy takes several times its bytes once it is compiled. */
const MOST_BYTES = 16 * 1024 * 1024
const BYTES_FOR_EACH = 16

/** Sessions, each opened once and then known by its access key id, which no other one has. They end with the user, role or account that they are of. */
export class Sessions {
  readonly #setting: SessionsSetting
  readonly #users: UserCallers
  readonly #roles: RoleCallers
  readonly #federated: FederatedCallers
  readonly #opened = new BoundedCache<OpenedSession>(MOST_BYTES)
  readonly #scopes = new WeakMap<OwnSession, Pick<CallersPolicies, 'scopes'>>()

  constructor(setting: SessionsSetting, users: UserCallers) {
    this.#setting = setting
    this.#users = users
    this.#roles = new RoleCallers(setting)
    this.#federated = new FederatedCallers(setting.metadata, (of) => this.#holder(of))
  }

  /**
   * `undefined` where the token is not of that access key, or whose it is is gone. It may have ended; and of a session that is
   * known its own token is told, which the given one has to be compared with, as every other secret is.
   */
  find(accessKeyId: string, token: string): Soon<SessionIdentity | undefined> {
    const opened = this.#opened.get(accessKeyId) ?? this.#open(accessKeyId, token)
    return soon(opened, (known) => known && this.#identityOf(accessKeyId, known))
  }

  async #open(accessKeyId: string, token: string): Promise<OpenedSession | undefined> {
    const session = await openedToken(this.#setting.storeKeys, accessKeyId, token)
    if (!session) return undefined
    const opened = { token, session }
    // A token may be packed.
    this.#opened.set(accessKeyId, opened, BYTES_FOR_EACH * JSON.stringify(opened).length)
    return opened
  }

  #identityOf(accessKeyId: string, { token, session }: OpenedSession): Soon<SessionIdentity | undefined> {
    const { secretAccessKey, expiresMilliseconds } = session
    const expiresAt = new Date(expiresMilliseconds)
    return soon(
      this.#callerOf(accessKeyId, session),
      (caller) => caller && { secretAccessKey, sessionToken: token, expiresAt, caller, session },
    )
  }

  #callerOf(accessKeyId: string, session: Session): Soon<Caller | undefined> {
    if ('roleId' in session) return this.#roles.find(accessKeyId, session)
    return session.name === undefined
      ? this.#ownCaller(accessKeyId, session)
      : this.#federated.find(accessKeyId, session)
  }

  #ownCaller(accessKeyId: string, session: OwnSession): Soon<Caller | undefined> {
    const issuedAt = new Date(session.issuedMilliseconds)
    return soon(this.#holder(session), (holder) => {
      if (!holder) return undefined
      const mfaAt = session.hasMfa ? issuedAt : undefined
      const own = { accessKeyId, issuedAt, isSignIn: session.isSignIn }
      const scoped = this.#scopesOf(session, holder)
      return { ...holder, ...scoped, traits: { ...holder.traits, mfaAt, session: own } }
    })
  }

  /** Compiled once for each session that is known. */
  #scopesOf(session: OwnSession, { principal, policies }: Caller): Partial<Pick<Caller, 'policies'>> {
    if (!session.scopes) return {}
    const name = ownArnOf(principal) ?? session.accountId
    const known = this.#scopes.get(session) ?? scopePolicies(name, session.scopes)
    this.#scopes.set(session, known)
    return { policies: { ...policies, ...known } }
  }

  #holder({ accountId, userId }: SessionHolder): Soon<Caller | undefined> {
    if (userId !== undefined) return this.#users.find({ accountId, userId })
    const account = this.#setting.accounts.findActive(accountId)
    return account && rootCaller(account)
  }
}
