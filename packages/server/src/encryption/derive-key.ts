import { hash, hkdfSync } from 'node:crypto'
import { assert, violated } from '../base/assert.ts'

/** `sizeBytes` that follow from a key, a salt and what they are for: HKDF-SHA256 (RFC 5869). */
export function deriveBytes(key: Uint8Array, salt: Uint8Array, purpose: string, sizeBytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, purpose, sizeBytes))
}

const BLOCK_BYTES = 64
const DIGEST_BYTES = 32

/**
 * HKDF-Expand's first block (RFC 5869, 2.3), its info being the purpose, a zero byte and a salt: 32 bytes from a key of
 * 32 that is uniformly random already, so one HMAC-SHA256. That is two hashes of bytes that are mostly the same for
 * every salt; `createHmac` makes an object each time, which costs more than they do. Digests come as strings, as memory
 * of its own for 32 bytes costs more than a hash.
 */
export class KeyExpansion {
  readonly #inner: Buffer
  readonly #outer: Buffer
  readonly #saltAt: number

  constructor(key: Uint8Array, purpose: string, saltBytes: number) {
    assert(key.length === DIGEST_BYTES, `a key of ${key.length} bytes to expand`)
    const info = Buffer.from(`${purpose}\0`)
    this.#saltAt = BLOCK_BYTES + info.length
    this.#inner = Buffer.concat([padded(key, 0x36), info, Buffer.alloc(saltBytes), Buffer.of(1)])
    this.#outer = Buffer.concat([padded(key, 0x5c), Buffer.alloc(DIGEST_BYTES)])
  }

  expand(salt: Uint8Array): Buffer {
    if (this.#saltAt + salt.length + 1 !== this.#inner.length) violated(`a salt of ${salt.length} bytes`)
    this.#inner.set(salt, this.#saltAt)
    this.#outer.write(hash('sha256', this.#inner, 'latin1'), BLOCK_BYTES, 'latin1')
    return Buffer.from(hash('sha256', this.#outer, 'latin1'), 'latin1')
  }
}

function padded(key: Uint8Array, pad: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES, pad)
  for (const [index, byte] of key.entries()) block[index] = byte ^ pad
  return block
}
