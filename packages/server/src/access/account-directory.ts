import type { Account } from './accounts.ts'
import { type Caller, rootCaller } from './caller.ts'

/** The holder of an access key. */
export interface AccessKeyHolder {
  readonly account: Account
  readonly secretAccessKey: string
  readonly caller: Caller
}

/** Finds accounts by every name that a request may use for one. Ids and keys are unique, which the config assures. */
export class AccountDirectory {
  readonly accounts: readonly Account[]
  /** Whether answers name accounts by their display name too, as S3 did until November 2025. */
  readonly showsDisplayNames: boolean
  readonly #byAccessKeyId = new Map<string, AccessKeyHolder>()
  readonly #byId = new Map<string, Account>()
  readonly #byCanonicalId = new Map<string, Account>()
  readonly #byEmail = new Map<string, Account[]>()

  constructor(accounts: readonly Account[], options: { readonly showsDisplayNames?: boolean } = {}) {
    this.accounts = accounts
    this.showsDisplayNames = options.showsDisplayNames ?? true
    for (const account of accounts) {
      this.#byId.set(account.id, account)
      this.#byCanonicalId.set(account.canonicalId, account)
      const caller = rootCaller(account)
      for (const { accessKeyId, secretAccessKey } of account.accessKeys) {
        this.#byAccessKeyId.set(accessKeyId, { account, secretAccessKey, caller })
      }
      if (account.email !== undefined) this.#addEmail(account.email.toLowerCase(), account)
    }
  }

  findByAccessKeyId(accessKeyId: string): AccessKeyHolder | undefined {
    return this.#byAccessKeyId.get(accessKeyId)
  }

  findById(id: string): Account | undefined {
    return this.#byId.get(id)
  }

  /** `canonicalId` in lower case, as accounts hold it. */
  findByCanonicalId(canonicalId: string): Account | undefined {
    return this.#byCanonicalId.get(canonicalId)
  }

  /** Several accounts may share an address; upper and lower case are the same. Empty where nobody has it. */
  findByEmail(email: string): readonly Account[] {
    return this.#byEmail.get(email.toLowerCase()) ?? []
  }

  #addEmail(email: string, account: Account): void {
    const sharing = this.#byEmail.get(email)
    if (sharing) sharing.push(account)
    else this.#byEmail.set(email, [account])
  }
}
