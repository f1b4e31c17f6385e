import type { AccountDirectory } from '../access/account-directory.ts'
import type { Caller, NamedPolicy } from '../access/caller.ts'
import { parsePolicy } from '../access/policy/parse-policy.ts'
import { type Soon, soon } from '../base/soon.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { RowCache } from '../metadata/row-cache.ts'
import { type IamAccessKeyRow, iamUsers, type IamUserRow } from '../metadata/tables/iam-tables.ts'

const userRows = new RowCache(iamUsers)

export interface CallersSetting {
  readonly accounts: AccountDirectory
  readonly metadata: OrderedStore
}

/** What users are to decisions, worked out once for each change of what they rest on. */
export class UserCallers {
  readonly #setting: CallersSetting
  readonly #callers = new WeakMap<IamUserRow, Caller>()

  constructor(setting: CallersSetting) {
    this.#setting = setting
  }

  /** The user that a key is of; `undefined` where it or its account is gone. */
  find({ userId, accountId }: Pick<IamAccessKeyRow, 'userId' | 'accountId'>): Soon<Caller | undefined> {
    return soon(userRows.read(this.#setting.metadata, userId), (row) =>
      row?.accountId === accountId ? this.#callerOf(userId, row) : undefined,
    )
  }

  #callerOf(userId: string, row: IamUserRow): Caller | undefined {
    const known = this.#callers.get(row)
    if (known) return known
    const account = this.#setting.accounts.findById(row.accountId)
    if (!account) return undefined
    const caller: Caller = {
      principal: { kind: 'user', account, id: userId, name: `${row.path.slice(1)}${row.name}` },
      policies: { identity: inlinePolicies(row, { kind: 'user', name: row.name }) },
      traits: { tags: row.tags },
    }
    this.#callers.set(row, caller)
    return caller
  }
}

function inlinePolicies(
  { inlinePolicies: texts = {} }: IamUserRow,
  of: NamedPolicy['of'],
): readonly NamedPolicy[] {
  return Object.entries(texts).map(([name, text]) => ({
    name,
    of,
    policy: parsePolicy(text, { kind: 'identity' }),
  }))
}
