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
