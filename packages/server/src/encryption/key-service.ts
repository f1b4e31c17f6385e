import type { EncryptionContext } from './encryption-context.ts'
import type { GeneratedDataKey } from './key-management.ts'

/** A data key and the key of the service that sealed it. */
export interface ServiceDataKey extends GeneratedDataKey {
  readonly keyArn: string
}

/** Uses of a key that take a permission each. */
export type KeyUseName = 'Decrypt' | 'Encrypt' | 'ReEncryptFrom' | 'ReEncryptTo'

/**
 * A service whose keys customers own and permit the use of. Every call is decided on for its caller. What it throws is
 * the service's own refusal, or `KeyServiceFault`.
 */
export interface KeyService<Caller> extends DataKeyService<Caller> {
  /** Does nothing with the key but decide whether the caller may do each of `uses` with it, now. */
  permit(
    caller: Caller,
    keyArn: string,
    uses: readonly KeyUseName[],
    context: EncryptionContext,
  ): Promise<void>
  /** The same data key under the same key, bound to another context. */
  rebindDataKey(
    caller: Caller,
    sealed: Uint8Array,
    from: EncryptionContext,
    to: EncryptionContext,
  ): Promise<Uint8Array>
}

/** As much of it as gives data keys. */
export interface DataKeyService<Caller> {
  /** `keyName`: the key's id, ARN, alias or alias ARN. */
  generateDataKey(caller: Caller, keyName: string, context: EncryptionContext): Promise<ServiceDataKey>
  openDataKey(caller: Caller, sealed: Uint8Array, context: EncryptionContext): Promise<ServiceDataKey>
}
