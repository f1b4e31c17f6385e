import type { Account } from '../access/accounts.ts'
import type { Caller } from '../access/caller.ts'
import { type Soon, soon } from '../base/soon.ts'
import { RowCache } from '../metadata/row-cache.ts'
import { iamRoles, type IamRoleRow, type TagPairs } from '../metadata/tables/iam-tables.ts'
import { identityPolicies, sessionPolicies } from './identity-policies.ts'
import { mergedTags } from './merged-tags.ts'
import type { RoleSession } from './session-token.ts'
import type { CallersSetting } from './user-callers.ts'

const roleRows = new RowCache(iamRoles)

/**
 * What sessions of roles are to decisions. The role is read again each time: what it may, and whether it is there still, holds
 * from the next request on. A role made anew has another id, so that sessions of the old one end.
 */
export class RoleCallers {
  readonly #setting: CallersSetting
  /** With the row of the role that it was made of. */
  readonly #known = new WeakMap<RoleSession, { readonly row: IamRoleRow; readonly caller: Caller }>()

  constructor(setting: CallersSetting) {
    this.#setting = setting
  }

  /** `undefined` where the role or its account is gone. */
  find(accessKeyId: string, session: RoleSession): Soon<Caller | undefined> {
    const { metadata, accounts } = this.#setting
    return soon(roleRows.read(metadata, session.roleId), (row) => {
      const account = row && accounts.findById(row.accountId)
      if (!account) return undefined
      const known = this.#known.get(session)
      if (known?.row === row) return known.caller
      const caller = callerOf(accessKeyId, session, row, account)
      this.#known.set(session, { row, caller })
      return caller
    })
  }
}

function callerOf(accessKeyId: string, session: RoleSession, row: IamRoleRow, account: Account): Caller {
  const { roleId, name, sourceIdentity, tags = [], transitiveTagKeys } = session
  const roleName = `${row.path.slice(1)}${row.name}`
  return {
    principal: { kind: 'assumed-role', account, roleId, roleName, sessionName: name },
    policies: {
      identity: identityPolicies(row, { kind: 'role', name: row.name }),
      ...sessionPolicies(session),
    },
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

function inherited(tags: TagPairs, transitiveTagKeys: readonly string[] = []): TagPairs {
  const keys = new Set(transitiveTagKeys.map((key) => key.toLowerCase()))
  return tags.filter(([key]) => keys.has(key.toLowerCase()))
}
