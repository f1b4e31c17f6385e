import type { Account } from '../access/accounts.ts'
import type { Caller, CallersPolicies } from '../access/caller.ts'
import { BoundedCache } from '../base/bounded-cache.ts'
import { type Soon, soon } from '../base/soon.ts'
import type { StoreKeys } from '../encryption/store-keys.ts'
import { RowCache } from '../metadata/row-cache.ts'
import { iamRoles, type IamRoleRow, type TagPairs } from '../metadata/tables/iam-tables.ts'
import { compiled, inlinePolicies } from './inline-policies.ts'
import { openedToken, type RoleSession } from './session-token.ts'
import type { CallersSetting } from './user-callers.ts'

/** Who holds the credentials of a session, and what they sign with. */
export interface SessionIdentity {
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiresAt: Date
  readonly caller: Caller
}

interface SessionsSetting extends CallersSetting {
  readonly storeKeys: StoreKeys
}

const roleRows = new RowCache(iamRoles)

/** Tokens that were opened; a session's policy takes several times its bytes once it is compiled. */
const MOST_BYTES = 16 * 1024 * 1024
const BYTES_FOR_EACH = 16

/**
 * Sessions of roles, each opened once and then known by its token. The role is read again each time: what it may, and whether
 * it is there still, holds from the next request on. A role made anew has another id, so that sessions of the old one end.
 */
export class RoleSessions {
  readonly #setting: SessionsSetting
  readonly #opened = new BoundedCache<RoleSession>(MOST_BYTES)
  /** With the row of the role that it was made of. */
  readonly #known = new WeakMap<
    RoleSession,
    { readonly row: IamRoleRow; readonly identity: SessionIdentity }
  >()

  constructor(setting: SessionsSetting) {
    this.#setting = setting
  }

  /** `undefined` where the token is not of that access key, or its role or account is gone. It may have ended. */
  find(accessKeyId: string, token: string): Soon<SessionIdentity | undefined> {
    const opened = this.#opened.get(`${accessKeyId} ${token}`) ?? this.#open(accessKeyId, token)
    return soon(opened, (session) => session && this.#identityOf(accessKeyId, token, session))
  }

  async #open(accessKeyId: string, token: string): Promise<RoleSession | undefined> {
    const session = await openedToken(this.#setting.storeKeys, accessKeyId, token)
    if (session) this.#opened.set(`${accessKeyId} ${token}`, session, BYTES_FOR_EACH * token.length)
    return session
  }

  #identityOf(accessKeyId: string, token: string, session: RoleSession): Soon<SessionIdentity | undefined> {
    return soon(roleRows.read(this.#setting.metadata, session.roleId), (row) => {
      const account = row && this.#setting.accounts.findById(row.accountId)
      if (!account) return undefined
      const known = this.#known.get(session)
      if (known?.row === row) return known.identity
      const identity: SessionIdentity = {
        secretAccessKey: session.secretAccessKey,
        sessionToken: token,
        expiresAt: new Date(session.expiresMilliseconds),
        caller: callerOf(accessKeyId, session, row, account),
      }
      this.#known.set(session, { row, identity })
      return identity
    })
  }
}

function callerOf(accessKeyId: string, session: RoleSession, row: IamRoleRow, account: Account): Caller {
  const { roleId, name, sourceIdentity, tags = [], transitiveTagKeys } = session
  const roleName = `${row.path.slice(1)}${row.name}`
  return {
    principal: { kind: 'assumed-role', account, roleId, roleName, sessionName: name },
    policies: policiesOf(session, row),
    traits: {
      tags: mergedTags(tags, row.tags ?? []),
      session: {
        accessKeyId,
        issuedAt: new Date(session.issuedMilliseconds),
        sourceIdentity,
        inheritedTags: inherited(tags, transitiveTagKeys),
      },
    },
  }
}

function policiesOf({ name, policy }: RoleSession, row: IamRoleRow): CallersPolicies {
  const identity = inlinePolicies(row, { kind: 'role', name: row.name })
  if (policy === undefined) return { identity }
  return { identity, session: [compiled('inline', policy, { kind: 'session', name })] }
}

/** Each key once, whatever its case: those of the session go first. */
function mergedTags(ofSession: TagPairs, ofRole: TagPairs): TagPairs {
  const taken = new Set(ofSession.map(([key]) => key.toLowerCase()))
  return [...ofSession, ...ofRole.filter(([key]) => !taken.has(key.toLowerCase()))]
}

function inherited(tags: TagPairs, transitiveTagKeys: readonly string[] = []): TagPairs {
  const keys = new Set(transitiveTagKeys.map((key) => key.toLowerCase()))
  return tags.filter(([key]) => keys.has(key.toLowerCase()))
}
