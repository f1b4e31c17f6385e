import { hash, timingSafeEqual } from 'node:crypto'
import type { Random } from '../base/random.ts'
import { DataKey } from './content-key.ts'
import { deriveBytes } from './derive-key.ts'
import { KEY_BYTES } from './sealed-size.ts'

/** What is kept of a key that a customer brings with each request: enough to know it again, nothing to find it from. */
export interface CustomerKeyVerifier {
  /** Base64, 16 bytes. */
  readonly salt: string
  /** Base64, 32 bytes. */
  readonly verifier: string
}

export type CustomerKeyMistake =
  | 'key is not base64 of 32 bytes'
  | 'digest is not base64 of 16 bytes'
  | 'digest differs'

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const VERIFIER_PURPOSE = 'holdfast customer key verifier v1'

/** A 256-bit key that a customer brought. It is used and forgotten. */
export class CustomerKey {
  readonly #plaintext: Buffer

  private constructor(plaintext: Buffer) {
    this.#plaintext = plaintext
  }

  /** Reads a key and the digest (MD5) that guards it against damage on the way, both base64. */
  static parse(keyText: string, md5Text: string): CustomerKey | CustomerKeyMistake {
    const plaintext = decodeBase64(keyText)
    if (plaintext?.length !== KEY_BYTES) return 'key is not base64 of 32 bytes'
    const md5 = decodeBase64(md5Text)
    if (md5?.length !== 16) return 'digest is not base64 of 16 bytes'
    const isSame = timingSafeEqual(hash('md5', plaintext, 'buffer'), md5)
    return isSame ? new CustomerKey(plaintext) : 'digest differs'
  }

  get dataKey(): DataKey {
    return new DataKey(this.#plaintext)
  }

  newVerifier(random: Random): CustomerKeyVerifier {
    const salt = random.bytes(16)
    return { salt: salt.toString('base64'), verifier: this.#verifier(salt).toString('base64') }
  }

  /** Whether this is the key that the verifier was made from; takes the same time whatever the answer. */
  matches({ salt, verifier }: CustomerKeyVerifier): boolean {
    const expected = Buffer.from(verifier, 'base64')
    const own = this.#verifier(Buffer.from(salt, 'base64'))
    return own.length === expected.length && timingSafeEqual(own, expected)
  }

  // The key has 256 bits of its own, so a slow hash would add nothing.
  #verifier(salt: Uint8Array): Buffer {
    return deriveBytes(this.#plaintext, salt, VERIFIER_PURPOSE, 32)
  }
}

function decodeBase64(text: string): Buffer | undefined {
  return BASE64.test(text) ? Buffer.from(text, 'base64') : undefined
}
