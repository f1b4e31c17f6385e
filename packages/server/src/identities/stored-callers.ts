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

interface Known {
  readonly stored: StoredCaller
  caller?: Caller & { readonly account: Account }
}

/** Of policies, compiled. */
const MOST_BYTES = 32 * 1024 * 1024

/** Callers that stand in the store, worked out once for each change of what they rest on. */
export class StoredCallers {
  readonly #accounts: AccountDirectory
  readonly #known: DerivedCache<Known | undefined>

  constructor({ accounts, metadata }: CallersSetting) {
    this.#accounts = accounts
    this.#known = new DerivedCache(metadata, MOST_BYTES, (known) =>
      known ? memoryOf(known.stored.policies) : 0,
    )
  }

  /** `undefined` where there is none, or its account is gone or disabled. `derive` reads what it rests on, and may be run several times. */
  find(
    name: string,
    derive: (rows: Transaction) => Promise<StoredCaller | undefined>,
  ): Soon<Caller | undefined> {
    const known = this.#known.find(name, async (rows) => {
      const stored = await derive(rows)
      return stored && { stored }
    })
    return soon(known, (found) => found && this.#callerOf(found))
  }

  #callerOf(known: Known): Caller | undefined {
    const { accountId, policies, traits, principalOf } = known.stored
    const account = this.#accounts.findActive(accountId)
    if (!account) return undefined
    // The same each time, unless its account is another one: others keep what they work out of it.
    if (known.caller?.account !== account) {
      known.caller = { account, principal: principalOf(account), policies, traits }
    }
    return known.caller
  }
}
