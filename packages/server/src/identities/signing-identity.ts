import type { Caller } from '../access/caller.ts'

/** Who holds an access key, and what it signs with. */
export interface SigningIdentity {
  readonly secretAccessKey: string
  readonly caller: Caller
  /** Of a session: what has to come with the key. */
  readonly sessionToken?: string
  /** Of a session: when it ends. */
  readonly expiresAt?: Date
}
