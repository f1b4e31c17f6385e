import type { EncryptionContext } from './encryption-context.ts'

/** A key that is to be used now and its form for keeping. */
export interface GeneratedDataKey {
  /** 32 bytes. Never written or logged. */
  readonly plaintext: Uint8Array
  readonly sealed: Uint8Array
}

/**
 * Where the root key lives, under which all long-lived keys of this store are sealed: a file, or a service that never
 * gives it away.
 *
 * - Keys come back only under the context they were made with; it is bound, not kept.
 * - Every failure is a `KeyServiceFault`. After `unavailable` nothing has happened; the next call tries again afresh.
 * - Calls take long (a round trip) and are few: callers keep opened keys in memory.
 */
export interface KeyManagement extends AsyncDisposable {
  /** The engine's name, for people. */
  readonly name: string
  generateDataKey(context: EncryptionContext): Promise<GeneratedDataKey>
  openDataKey(sealed: Uint8Array, context: EncryptionContext): Promise<Uint8Array>
  /** The same key sealed under the newest root key; `undefined` where it is already. */
  resealDataKey(sealed: Uint8Array, context: EncryptionContext): Promise<Uint8Array | undefined>
}
