import type { Caller } from '../access/caller.ts'
import type { Session } from './session-token.ts'

/** Who holds an access key, and what it signs with. */
export interface SigningIdentity {
  readonly secretAccessKey: string
  readonly caller: Caller
  /** Of a session: what has to come with the key. */
  readonly sessionToken?: string
  /** Of a session: when it ends. */
  readonly expiresAt?: Date
  /** What its token says; not of those of directory buckets. */
  readonly session?: Session
}
