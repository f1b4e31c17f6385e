import type { Random } from '../base/random.ts'
import { KeyExpansion } from './derive-key.ts'

/**
 * Every stream of sealed bytes has a key of its own, made from a data key and a salt that stands beside the bytes'
 * place in the metadata. Salts are random and long enough never to repeat, which is what lets the cipher count its
 * nonces from zero, and what makes bytes of one object unreadable as those of another under the same data key.
 */
export const CONTENT_SALT_BYTES = 32

type KeyLayer = 'content' | 'outer'

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

  #expansion(layer: KeyLayer): KeyExpansion {
    return new KeyExpansion(this.#plaintext, `holdfast ${layer} v1`, CONTENT_SALT_BYTES)
  }
}

/** A salt for bytes about to be sealed. Never use one again, not for another attempt at the same upload either. */
export function newContentSalt(random: Random): Buffer {
  return random.bytes(CONTENT_SALT_BYTES)
}
