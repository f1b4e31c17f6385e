import type { AccountDirectory } from '../access/account-directory.ts'
import type { Account } from '../access/accounts.ts'
import { type Caller, rootCaller } from '../access/caller.ts'
import type { Clock } from '../base/clock.ts'
import { type Soon, soon } from '../base/soon.ts'
import type { OrderedStore, Stamp } from '../metadata/ordered-store.ts'
import {
  type AccountKeyRow,
  type AccountRow,
  accounts as accountRows,
  accountsChange,
} from '../metadata/tables/account-tables.ts'
import { type ReadableRow, readableRows } from '../metadata/unreadable-rows.ts'

/** A key of the root user of an account of the store. */
export interface RootKey {
  readonly row: AccountKeyRow
  readonly account: Account
  readonly caller: Caller
}

/** How long a process may not know of another's change where nobody of the store asks. */
export const GLANCE_MILLISECONDS = 1000

const CHANGE_KEY = accountsChange.key()

interface KnownAccount {
  readonly stamp: Stamp
  readonly account: Account
  readonly keys: readonly RootKey[]
}

/**
 * Keeps the accounts of the store in the directory, beside those of the config. They are few: a process holds them all, and
 * reads one row to know that they are still the same.
 */
export class StoreAccounts {
  readonly #directory: AccountDirectory
  readonly #metadata: OrderedStore
  readonly #clock: Clock
  #isRead = false
  /** Looks at all accounts: how many began, and which of them was the newest that ended. */
  #begun = 0
  #newest = 0
  #stamp: Stamp | undefined
  #known: ReadonlyMap<string, KnownAccount> = new Map()
  #keys: ReadonlyMap<string, RootKey> = new Map()
  #glancedMilliseconds = Number.NEGATIVE_INFINITY
  #glancing: Promise<void> | undefined

  constructor(setting: {
    readonly directory: AccountDirectory
    readonly metadata: OrderedStore
    readonly clock: Clock
  }) {
    this.#directory = setting.directory
    this.#metadata = setting.metadata
    this.#clock = setting.clock
  }

  /** Once it is done, all that was committed before is known. */
  refresh(): Soon<void> {
    if (this.#isRead && this.#metadata.isAsRead?.([{ key: CHANGE_KEY, stamp: this.#stamp }])) return undefined
    return soon(this.#metadata.get(CHANGE_KEY), (change) => {
      if (this.#isRead && change?.stamp === this.#stamp) return
      return this.#read(change?.stamp)
    })
  }

  /**
   * The same, for requests that need no account of the store to be signed: it reads once a second at the most. They go on where
   * it cannot be read.
   */
  glance(): Soon<void> {
    if (this.#glancing) return this.#glancing
    const nowMilliseconds = this.#clock.now().getTime()
    if (Math.abs(nowMilliseconds - this.#glancedMilliseconds) < GLANCE_MILLISECONDS) return undefined
    const refreshed = this.refresh()
    if (refreshed instanceof Promise) return (this.#glancing = this.#glanceUntil(refreshed, nowMilliseconds))
    this.#glancedMilliseconds = nowMilliseconds
  }

  async #glanceUntil(refreshed: Promise<void>, nowMilliseconds: number): Promise<void> {
    await refreshed.catch(() => undefined)
    this.#glancedMilliseconds = nowMilliseconds
    this.#glancing = undefined
  }

  findKey(accessKeyId: string): RootKey | undefined {
    return this.#keys.get(accessKeyId)
  }

  async #read(stamp: Stamp | undefined): Promise<void> {
    const look = ++this.#begun
    const known = new Map<string, KnownAccount>()
    for await (const row of readableRows(this.#metadata, accountRows)) {
      const found = this.#knownOf(row)
      // Where the config has one of that id, the id is that one's.
      if (!isOfConfig(this.#directory, found.account)) known.set(found.account.id, found)
    }
    // One that began later may have ended before, and knows more.
    if (look < this.#newest) return
    this.#newest = look
    const found = [...known.values()]
    this.#directory.useOthers(found.map(({ account }) => account))
    this.#keys = new Map(found.flatMap(({ keys }) => keys.map((key) => [key.row.accessKeyId, key])))
    this.#known = known
    this.#stamp = stamp
    this.#isRead = true
  }

  /** An account that did not change is the same object: others keep what they work out of it. */
  #knownOf({
    entry: { stamp },
    parts: [id],
    row,
  }: ReadableRow<[accountId: string], AccountRow>): KnownAccount {
    const before = this.#known.get(id)
    if (before?.stamp === stamp) return before
    const account = accountOfRow(id, row)
    const caller = rootCaller(account)
    return { stamp, account, keys: row.accessKeys.map((key) => ({ row: key, account, caller })) }
  }
}

function isOfConfig({ accounts }: AccountDirectory, { id, canonicalId }: Account): boolean {
  return accounts.some((known) => known.id === id || known.canonicalId === canonicalId)
}

export function accountOfRow(id: string, row: AccountRow): Account {
  const { name, displayName, email, canonicalId, isDisabled, createdMilliseconds } = row
  const accessKeys = row.accessKeys.map(({ accessKeyId }) => ({ accessKeyId }))
  const createdAt = new Date(createdMilliseconds)
  return { id, name, displayName, email, canonicalId, accessKeys, createdAt, isDisabled }
}

/** What the secret of a root key is sealed for; access keys of users have no such id. */
export function boundToRoot(accountId: string, accessKeyId: string): string {
  return `root\0${accountId}\0${accessKeyId}`
}
