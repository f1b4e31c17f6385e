import type { AccountDirectory } from '../access/account-directory.ts'
import type { Caller } from '../access/caller.ts'
import { type Soon, soon } from '../base/soon.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { RowCache } from '../metadata/row-cache.ts'
import {
  type IamAccessKeyRow,
  iamGroups,
  type IamGroupRow,
  iamUsers,
  type IamUserRow,
} from '../metadata/tables/iam-tables.ts'
import { identityPolicies } from './identity-policies.ts'

const userRows = new RowCache(iamUsers)
const groupRows = new RowCache(iamGroups)

/** With the groups that it was made of. */
interface KnownCaller {
  readonly groups: readonly IamGroupRow[]
  readonly caller: Caller
}

export interface CallersSetting {
  readonly accounts: AccountDirectory
  readonly metadata: OrderedStore
}

/** What users are to decisions, worked out once for each change of what they rest on. */
export class UserCallers {
  readonly #setting: CallersSetting
  readonly #known = new WeakMap<IamUserRow, KnownCaller>()

  constructor(setting: CallersSetting) {
    this.#setting = setting
  }

  /** The user that a key is of; `undefined` where it or its account is gone. */
  find({ userId, accountId }: Pick<IamAccessKeyRow, 'userId' | 'accountId'>): Soon<Caller | undefined> {
    return soon(userRows.read(this.#setting.metadata, userId), (row) =>
      row?.accountId === accountId ? this.#callerOf(userId, row) : undefined,
    )
  }

  #callerOf(userId: string, row: IamUserRow): Soon<Caller | undefined> {
    const { groupIds = [] } = row
    if (groupIds.length === 0) return this.#madeOf(userId, row, [])
    return this.#groupsOf(groupIds).then((groups) => this.#madeOf(userId, row, groups))
  }

  /** Groups that are gone meanwhile give nothing. */
  async #groupsOf(groupIds: readonly string[]): Promise<readonly IamGroupRow[]> {
    const { metadata } = this.#setting
    const keys = groupIds.map((id) => groupRows.key(id))
    const entries = await metadata.getMany(keys)
    return entries.flatMap((entry) => (entry ? groupRows.decode(metadata, entry, entry.stamp) : []))
  }

  #madeOf(userId: string, row: IamUserRow, groups: readonly IamGroupRow[]): Caller | undefined {
    const known = this.#known.get(row)
    // A row is another one after each change.
    const isSame =
      known?.groups.length === groups.length && known.groups.every((group, index) => group === groups[index])
    if (known && isSame) return known.caller
    const account = this.#setting.accounts.findById(row.accountId)
    if (!account) return undefined
    const own = identityPolicies(row, { kind: 'user', name: row.name })
    const ofGroups = groups.flatMap((group) => identityPolicies(group, { kind: 'group', name: group.name }))
    const caller: Caller = {
      principal: { kind: 'user', account, id: userId, name: `${row.path.slice(1)}${row.name}` },
      policies: { identity: [...own, ...ofGroups] },
      traits: { tags: row.tags },
    }
    this.#known.set(row, { groups, caller })
    return caller
  }
}
