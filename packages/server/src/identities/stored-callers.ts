import type { AccountDirectory } from '../access/account-directory.ts'
import type { Account } from '../access/accounts.ts'
import type { Caller } from '../access/caller.ts'
import { type Soon, soon } from '../base/soon.ts'
import { DerivedCache } from '../metadata/derived-cache.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import type { Transaction } from '../metadata/transaction.ts'
import { memoryOf } from './identity-policies.ts'

export interface CallersSetting {
  readonly accounts: AccountDirectory
  readonly metadata: OrderedStore
}

/** What the store says of a caller; the account, which may come and go without it, is left out. */
export interface StoredCaller extends Omit<Caller, 'principal'> {
  readonly accountId: string
  readonly principalOf: (account: Account) => Caller['principal']
}

/** With its account as it is now. */
export interface KnownCaller<Stored> {
  readonly stored: Stored
  readonly account: Account
  readonly caller: Caller
}

interface Known<Stored> {
  readonly stored: Stored
  last?: KnownCaller<Stored>
}

/** Of policies, compiled, and of tags, claims and keys. */
const MOST_BYTES = 32 * 1024 * 1024

/** Callers that stand in the store, worked out once for each change of what they rest on. */
export class StoredCallers<Stored extends StoredCaller = StoredCaller> {
  readonly #accounts: AccountDirectory
  readonly #known: DerivedCache<Known<Stored> | undefined>

  constructor({ accounts, metadata }: CallersSetting) {
    this.#accounts = accounts
    this.#known = new DerivedCache(metadata, MOST_BYTES, (known) => (known ? memoryOf(known.stored) : 0))
  }

  /** `undefined` where there is none, or its account is gone or disabled. `derive` reads what it rests on, and may be run several times. */
  find(
    name: string,
    derive: (rows: Transaction) => Promise<Stored | undefined>,
  ): Soon<KnownCaller<Stored> | undefined> {
    const known = this.#known.find(name, async (rows) => {
      const stored = await derive(rows)
      return stored && { stored }
    })
    return soon(known, (found) => found && this.#callerOf(found))
  }

  #callerOf(known: Known<Stored>): KnownCaller<Stored> | undefined {
    const { stored } = known
    const account = this.#accounts.findActive(stored.accountId)
    if (!account) return undefined
    // The same each time, unless its account is another one: others keep what they work out of it.
    if (known.last?.account !== account) {
      const { policies, traits } = stored
      known.last = { stored, account, caller: { principal: stored.principalOf(account), policies, traits } }
    }
    return known.last
  }
}
