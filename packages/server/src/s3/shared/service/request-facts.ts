/** What is known of a request besides its head: where it came from and how it was signed. */
export interface RequestFacts {
  /** The peer's address; `undefined` where the socket is gone. */
  readonly remoteAddress: string | undefined
  /** Whether it came over TLS. */
  readonly isSecure: boolean
  /** For example `TLSv1.3`. */
  readonly tlsVersion: string | undefined
  /** `x-amz-request-id` of the answer. */
  readonly requestId: string
  /** `x-amz-id-2` of the answer. */
  readonly hostId: string
  readonly receivedAt: Date
  /** How it was signed; `undefined` for anonymous requests. */
  readonly signature: RequestSignature | undefined
}

export interface RequestSignature {
  readonly accessKeyId: string
  /** Of temporary credentials: their token, and when they end. */
  readonly credential: { readonly sessionToken?: string; readonly expiresAt?: Date }
  readonly version: 2 | 4
  readonly form: 'header' | 'query' | 'form'
  /** `undefined` in Version 2. */
  readonly signedAtMilliseconds: number | undefined
}
