import { assert } from '../base/assert.ts'
import type { Random } from '../base/random.ts'
import { StorageFault } from '../base/storage-fault.ts'
import { KeyExpansion } from './derive-key.ts'
import { openBytes, sealBytes } from './sealed-bytes.ts'
import { KEY_BYTES } from './sealed-size.ts'

/**
 * Every stream of sealed bytes has a key of its own, made from a data key and a salt that stands beside the bytes'
 * place in the metadata. Salts never repeat, by chance or by an id, which is what lets the cipher count its
 * nonces from zero, and what makes bytes of one object unreadable as those of another under the same data key.
 */
const CONTENT_SALT_BYTES = 32

type KeyLayer = 'content' | 'outer'

/** Bound to a sealed key, so that one kind cannot be passed off as the other. */
const SEALED_CONTENT_KEY = Buffer.from('holdfast sealed content key v1')
const SEALED_DATA_KEY = Buffer.from('holdfast sealed data key v1')

/** A key that content keys are made from, held in memory only. */
export class DataKey {
  readonly #plaintext: Uint8Array
  readonly #expansions: Partial<Record<KeyLayer, KeyExpansion>> = {}

  constructor(plaintext: Uint8Array) {
    this.#plaintext = plaintext
  }

  /** The key of one stream of bytes. `layer` tells keys apart that share a data key and salt. */
  contentKey(salt: Uint8Array, layer: KeyLayer = 'content'): Buffer {
    const expansion = (this.#expansions[layer] ??= this.#expansion(layer))
    return expansion.expand(salt)
  }

  /** A secret of the store's own; to be opened, `bound` must be given again. */
  sealSecret(secret: string, bound: string, random: Random): Buffer {
    return this.sealSecretBytes(Buffer.from(secret), bound, random)
  }

  sealSecretBytes(secret: Uint8Array, bound: string, random: Random): Buffer {
    return sealBytes(this.#plaintext, secret, secretBinding(bound), random)
  }

  /** Throws `StorageFault('corrupt')` for what this key did not seal, or not with `bound`. */
  openSecret(sealed: Uint8Array, bound: string): string {
    const secret = this.openGivenSecret(sealed, bound)
    if (secret !== undefined) return secret
    throw new StorageFault('corrupt', 'a sealed secret is not what was written')
  }

  /** The same of what clients send back, which is anything: `undefined` for what this key did not seal with `bound`. */
  openGivenSecret(sealed: Uint8Array, bound: string): string | undefined {
    return this.openGivenSecretBytes(sealed, bound)?.toString()
  }

  openGivenSecretBytes(sealed: Uint8Array, bound: string): Buffer | undefined {
    return openBytes(this.#plaintext, sealed, secretBinding(bound))
  }

  /** A content key that another data key gave, sealed under this one. */
  sealContentKey(contentKey: Uint8Array, random: Random): Buffer {
    return sealBytes(this.#plaintext, contentKey, SEALED_CONTENT_KEY, random)
  }

  /** Throws `StorageFault('corrupt')` for what this key did not seal. */
  openContentKey(sealed: Uint8Array): Buffer {
    return presentKey(openBytes(this.#plaintext, sealed, SEALED_CONTENT_KEY))
  }

  /** Another data key, sealed under this one. */
  sealDataKey(dataKey: DataKey, random: Random): Buffer {
    return sealBytes(this.#plaintext, dataKey.#plaintext, SEALED_DATA_KEY, random)
  }

  /** Throws `StorageFault('corrupt')` for what this key did not seal. */
  openDataKey(sealed: Uint8Array): DataKey {
    return new DataKey(presentKey(openBytes(this.#plaintext, sealed, SEALED_DATA_KEY)))
  }

  #expansion(layer: KeyLayer): KeyExpansion {
    return new KeyExpansion(this.#plaintext, `holdfast ${layer} v1`, CONTENT_SALT_BYTES)
  }
}

function secretBinding(bound: string): Buffer {
  return Buffer.from(`holdfast sealed secret v1\0${bound}`)
}

function presentKey(key: Buffer | undefined): Buffer {
  if (key?.length === KEY_BYTES) return key
  throw new StorageFault('corrupt', 'a sealed key is not what was written')
}

/** A data key for one object alone. */
export function newDataKey(random: Random): DataKey {
  return new DataKey(Uint8Array.from(random.bytes(KEY_BYTES)))
}

/** A salt for bytes about to be sealed. Never use one again, not for another attempt at the same upload either. */
export function newContentSalt(random: Random): Buffer {
  return random.bytes(CONTENT_SALT_BYTES)
}

const ID_BYTES = 11
const CHANCE_BYTES = 8

/**
 * A salt for bytes that get an id which no others had or will have: the id, 8 random bytes, and zeros. Of it the 8 bytes
 * alone need to be kept (metadata/tables/packed-members.ts). Should an id be given twice after all, as by two processes
 * that drew the same name and write in the same millisecond, chance still tells the salts apart (ADR 32). Only for keys of this
 * store: a key that others have too meets other ids.
 */
export function newSaltOf(id: Uint8Array, random: Random): Buffer {
  assert(id.length === ID_BYTES, `an id of ${id.length} bytes for a salt`)
  const salt = Buffer.alloc(CONTENT_SALT_BYTES)
  salt.set(id)
  salt.set(random.bytes(CHANCE_BYTES), ID_BYTES)
  return salt
}
