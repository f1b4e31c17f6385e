import type { CredentialScope } from './credential-scope.ts'
import type { Timestamp } from './timestamp.ts'

/** What a request says about its own signature: well formed and in time, but not yet checked. */
export interface SignatureClaim {
  readonly form: 'header' | 'query'
  readonly scope: CredentialScope
  readonly timestamp: Timestamp
  readonly signedHeaders: readonly string[]
  readonly signature: string
  /** The last line of the canonical request. */
  readonly payloadHash: string
  readonly sessionToken: string | undefined
}

/** Requests may be this far from the server's time, either way. */
export const MAX_SKEW_MILLISECONDS = 15 * 60 * 1000
