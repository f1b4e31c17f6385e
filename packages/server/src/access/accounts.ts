/** A pair of keys that signs requests in the name of its account. */
export interface AccessKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Shows one-time codes (RFC 6238: SHA-1, six digits, thirty seconds). */
export interface MfaDevice {
  /** Without spaces, for example `arn:aws:iam::100000000001:mfa/phone`. */
  readonly serialNumber: string
  /** Base32, as authenticator apps take it. */
  readonly secret: string
}

/** An owner of buckets and objects, and a grantee. */
export interface Account {
  /** 12 digits, as in an ARN. */
  readonly id: string
  readonly name: string
  /** What S3 answers as the owner's or grantee's `DisplayName`. */
  readonly displayName: string
  readonly email: string | undefined
  /** 64 lower-case hex digits: S3's canonical user id. */
  readonly canonicalId: string
  readonly accessKeys: readonly AccessKey[]
  readonly mfaDevices?: readonly MfaDevice[] | undefined
}

/** The holder of an access key. */
export interface AccessKeyHolder {
  readonly account: Account
  readonly accessKey: AccessKey
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
      for (const accessKey of account.accessKeys) {
        this.#byAccessKeyId.set(accessKey.accessKeyId, { account, accessKey })
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
