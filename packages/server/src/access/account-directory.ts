import type { Account, AccountOfConfig } from './accounts.ts'
import { type Caller, rootCaller } from './caller.ts'

/** The holder of an access key. */
export interface AccessKeyHolder {
  readonly account: Account
  readonly secretAccessKey: string
  readonly caller: Caller
}

/** Finds accounts by every name that a request may use for one: those of the config, and beside them others. */
export class AccountDirectory {
  /** Of the config. */
  readonly accounts: readonly Account[]
  /** Whether answers name accounts by their display name too, as S3 did until November 2025. */
  readonly showsDisplayNames: boolean
  readonly #byAccessKeyId = new Map<string, AccessKeyHolder>()
  readonly #ofConfig: AccountNames
  #others = new AccountNames([])

  /** Ids and keys are unique, which the config assures. */
  constructor(accounts: readonly AccountOfConfig[], options: { readonly showsDisplayNames?: boolean } = {}) {
    this.accounts = accounts
    this.showsDisplayNames = options.showsDisplayNames ?? true
    this.#ofConfig = new AccountNames(accounts)
    for (const account of accounts) {
      const caller = rootCaller(account)
      for (const { accessKeyId, secretAccessKey } of account.accessKeys) {
        this.#byAccessKeyId.set(accessKeyId, { account, secretAccessKey, caller })
      }
    }
  }

  /** Puts others in place of the others before. Accounts of the config stay what they are: their names mean them alone. */
  useOthers(accounts: readonly Account[]): void {
    this.#others = new AccountNames(accounts)
  }

  /** Of the config alone, whose secrets are known. */
  findByAccessKeyId(accessKeyId: string): AccessKeyHolder | undefined {
    return this.#byAccessKeyId.get(accessKeyId)
  }

  /** Whose root user has the key. */
  findByRootKeyId(accessKeyId: string): Account | undefined {
    return this.findByAccessKeyId(accessKeyId)?.account ?? this.#others.byRootKeyId.get(accessKeyId)
  }

  findById(id: string): Account | undefined {
    return this.#ofConfig.byId.get(id) ?? this.#others.byId.get(id)
  }

  /** The same of one that may act; `undefined` where it is disabled. */
  findActive(id: string): Account | undefined {
    const account = this.findById(id)
    return account?.isDisabled ? undefined : account
  }

  /** `canonicalId` in lower case, as accounts hold it. */
  findByCanonicalId(canonicalId: string): Account | undefined {
    return this.#ofConfig.byCanonicalId.get(canonicalId) ?? this.#others.byCanonicalId.get(canonicalId)
  }

  /** Several accounts may share an address; upper and lower case are the same. Empty where nobody has it. */
  findByEmail(email: string): readonly Account[] {
    const address = email.toLowerCase()
    return [this.#ofConfig, this.#others].flatMap(({ byEmail }) => byEmail.get(address) ?? [])
  }
}

class AccountNames {
  readonly byId = new Map<string, Account>()
  readonly byCanonicalId = new Map<string, Account>()
  readonly byRootKeyId = new Map<string, Account>()
  readonly byEmail = new Map<string, readonly Account[]>()

  constructor(accounts: readonly Account[]) {
    for (const account of accounts) {
      this.byId.set(account.id, account)
      this.byCanonicalId.set(account.canonicalId, account)
      for (const { accessKeyId } of account.accessKeys) this.byRootKeyId.set(accessKeyId, account)
      const email = account.email?.toLowerCase()
      if (email !== undefined) this.byEmail.set(email, [...(this.byEmail.get(email) ?? []), account])
    }
  }
}
