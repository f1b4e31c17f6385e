import type { Caller, SessionTraits } from '../access/caller.ts'
import { type Soon, soon } from '../base/soon.ts'
import { RowCache } from '../metadata/row-cache.ts'
import { iamRoles, type IamRoleRow, type TagPairs } from '../metadata/tables/iam-tables.ts'
import type { Transaction } from '../metadata/transaction.ts'
import { boundaryPolicy, identityPolicies, sessionPolicies } from './identity-policies.ts'
import { mergedTags } from './merged-tags.ts'
import type { RoleSession } from './session-token.ts'
import { type CallersSetting, type StoredCaller, StoredCallers } from './stored-callers.ts'

const roleRows = new RowCache(iamRoles)

/**
 * What sessions of roles are to decisions. The role and its policies are read again each time: what it may, and whether it is
 * there still, holds from the next request on. A role made anew has another id, so that sessions of the old one end.
 */
export class RoleCallers {
  readonly #callers: StoredCallers

  constructor(setting: CallersSetting) {
    this.#callers = new StoredCallers(setting)
  }

  /** `undefined` where the role or its account is gone. `accessKeyId`: of that session alone. */
  find(accessKeyId: string, session: RoleSession): Soon<Caller | undefined> {
    const found = this.#callers.find(accessKeyId, async (rows) => {
      const row = await rows.getThrough(roleRows, session.roleId)
      return row && storedSession(rows, accessKeyId, session, row)
    })
    return soon(found, (known) => known?.caller)
  }
}

async function storedSession(
  rows: Transaction,
  accessKeyId: string,
  session: RoleSession,
  row: IamRoleRow,
): Promise<StoredCaller> {
  const { roleId, name: sessionName, tags = [], webIdentity } = session
  const roleName = `${row.path.slice(1)}${row.name}`
  const of = { kind: 'role', name: row.name } as const
  return {
    accountId: row.accountId,
    principalOf: (account) => ({
      kind: 'assumed-role',
      account,
      roleId,
      roleName,
      sessionName,
      provider: webIdentity?.provider,
    }),
    policies: {
      identity: await identityPolicies(rows, row, of),
      ...(await boundaryPolicy(rows, row, of)),
      ...(await sessionPolicies(rows, row.accountId, session)),
    },
    traits: { tags: mergedTags(tags, row.tags ?? []), session: traitsOf(accessKeyId, session) },
  }
}

function traitsOf(
  accessKeyId: string,
  { issuedMilliseconds, sourceIdentity, tags = [], transitiveTagKeys, webIdentity }: RoleSession,
): SessionTraits {
  return {
    accessKeyId,
    issuedAt: new Date(issuedMilliseconds),
    sourceIdentity,
    inheritedTags: inherited(tags, transitiveTagKeys),
    federatedProvider: webIdentity?.provider,
    more: webIdentity?.keys,
  }
}

function inherited(tags: TagPairs, transitiveTagKeys: readonly string[] = []): TagPairs {
  const keys = new Set(transitiveTagKeys.map((key) => key.toLowerCase()))
  return tags.filter(([key]) => keys.has(key.toLowerCase()))
}
