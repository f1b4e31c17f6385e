/** Whom to believe that they are the provider, and where it may be. */
export interface ProviderTrust {
  /** Whether its name may lead to addresses that are not public. */
  readonly mayBePrivate: boolean
  /** SHA-1 of certificates, in hexadecimal: one of them may vouch for a server whose authority nobody knows. */
  readonly thumbprints: readonly string[]
}

/** What identity providers publish. The seam to the network: tests replace it. */
export interface ProviderDocuments {
  /** The bytes of a document, at most 64 KiB. Throws {@link ProviderFailure}. */
  read(url: URL, trust: ProviderTrust): Promise<Uint8Array>
  /** SHA-1 of the last certificate that the server of an address shows, in hexadecimal. Throws {@link ProviderFailure}. */
  topThumbprint(url: URL, trust: Pick<ProviderTrust, 'mayBePrivate'>): Promise<string>
}

/** What a provider is sent to exchange a code. */
export interface CodeForm {
  readonly form: URLSearchParams
  /** The value of an Authorization header. */
  readonly authorization?: string | undefined
}

/** Where a provider exchanges codes for tokens. */
export interface TokenEndpoint {
  /** The bytes of the answer, at most 64 KiB. Throws {@link ProviderFailure}. */
  post(url: URL, sent: CodeForm, trust: ProviderTrust): Promise<Uint8Array>
}

/** Why a provider does not help. Its message is for operators, and names no secret. */
export class ProviderFailure extends Error {
  override readonly name = 'ProviderFailure'
  /** `unreachable` may pass by itself; `unusable` is what it publishes. */
  readonly kind: 'unreachable' | 'unusable'

  constructor(kind: 'unreachable' | 'unusable', message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.kind = kind
  }
}
