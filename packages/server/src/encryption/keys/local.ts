import type { Random } from '../../base/random.ts'
import { encodeContext, type EncryptionContext } from '../encryption-context.ts'
import type { GeneratedDataKey, KeyManagement } from '../key-management.ts'
import { KeyServiceFault } from '../key-service-fault.ts'
import { KEY_BYTES } from '../sealed-size.ts'
import { openBytes, sealBytes } from '../sealed-bytes.ts'
import type { RootKey, RootKeys } from './root-keys.ts'

/** What a sealed key begins with: the format and the root key's id. */
const FORMAT = 1
const HEADER_BYTES = 9

/** The root keys that sealed keys are under; none for those of other engines. */
export function rootKeyIds(sealed: readonly Uint8Array[]): Uint8Array[] {
  return sealed.filter((key) => key[0] === FORMAT).map((key) => key.subarray(1, HEADER_BYTES))
}

/** Keys sealed under a root key that this machine holds. */
export function localKeyManagement(rootKeys: RootKeys, random: Random): KeyManagement {
  return new LocalKeyManagement(rootKeys, random)
}

class LocalKeyManagement implements KeyManagement {
  readonly name = 'local'
  readonly #rootKeys: RootKeys
  readonly #random: Random

  constructor(rootKeys: RootKeys, random: Random) {
    this.#rootKeys = rootKeys
    this.#random = random
  }

  async generateDataKey(context: EncryptionContext): Promise<GeneratedDataKey> {
    const plaintext = Uint8Array.from(this.#random.bytes(KEY_BYTES))
    return { plaintext, sealed: this.#seal(await this.#rootKeys.newest(), plaintext, context) }
  }

  async openDataKey(sealed: Uint8Array, context: EncryptionContext): Promise<Uint8Array> {
    const id = sealed.subarray(1, HEADER_BYTES)
    const rootKey = sealed[0] === FORMAT ? await this.#rootKeys.find(id) : undefined
    if (!rootKey)
      throw new KeyServiceFault('refused', 'the root key of a sealed key is not among those given')
    const plaintext = openBytes(rootKey.material, sealed.subarray(HEADER_BYTES), bound(rootKey, context))
    if (!plaintext) throw new KeyServiceFault('refused', 'a sealed key is damaged, or of another context')
    return plaintext
  }

  async resealDataKey(sealed: Uint8Array, context: EncryptionContext): Promise<Uint8Array | undefined> {
    const newest = await this.#rootKeys.newest()
    if (sealed[0] === FORMAT && newest.id.equals(sealed.subarray(1, HEADER_BYTES))) return undefined
    return this.#seal(newest, await this.openDataKey(sealed, context), context)
  }

  #seal(rootKey: RootKey, plaintext: Uint8Array, context: EncryptionContext): Buffer {
    const sealed = sealBytes(rootKey.material, plaintext, bound(rootKey, context), this.#random)
    return Buffer.concat([header(rootKey), sealed])
  }

  /** Nothing to free. */
  async [Symbol.asyncDispose](): Promise<void> {}
}

function header({ id }: RootKey): Buffer {
  return Buffer.concat([Buffer.from([FORMAT]), id])
}

function bound(rootKey: RootKey, context: EncryptionContext): Buffer {
  return Buffer.concat([header(rootKey), encodeContext(context)])
}
