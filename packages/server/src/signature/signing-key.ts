import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import { BoundedCache } from '../base/bounded-cache.ts'
import type { CredentialScope } from './credential-scope.ts'

const FOREIGN = /[\u0080-\uffff]/

/** SHA-256 in lower-case hexadecimal of text that holds a byte per character, as header values do. */
export function sha256Hex(text: string): string {
  return hash('sha256', FOREIGN.test(text) ? Buffer.from(text, 'latin1') : text, 'hex')
}

const SIGNATURE_LENGTH = 64
const expectedScratch = Buffer.alloc(SIGNATURE_LENGTH)
const providedScratch = Buffer.alloc(SIGNATURE_LENGTH)

/** Compares two signatures in a time that does not depend on where they differ. */
export function signaturesEqual(expected: string, provided: string): boolean {
  if (provided.length !== SIGNATURE_LENGTH || expected.length !== SIGNATURE_LENGTH) return false
  expectedScratch.write(expected, 'latin1')
  providedScratch.write(provided, 'latin1')
  return timingSafeEqual(expectedScratch, providedScratch)
}

const BLOCK_BYTES = 64
/** What a key keeps memory for; a policy of a form may be longer. */
const MOST_KEPT_BYTES = 512

/**
 * The key that signs for one day, region and service. HMAC-SHA256 (RFC 2104) on top of the one-shot hash, with the
 * padded keys made once: half of what `createHmac` costs, and it leaves no native object behind for each request.
 */
export class SigningKey {
  /** The padded key, and behind it the text that was signed last: most are of one length. */
  #inner: Buffer
  readonly #outer: Buffer

  constructor(secretAccessKey: string, scope: CredentialScope) {
    const hmac = (key: string | Buffer, text: string): Buffer =>
      createHmac('sha256', key).update(text).digest()
    const dateKey = hmac(`AWS4${secretAccessKey}`, scope.date)
    const key = hmac(hmac(hmac(dateKey, scope.region), scope.service), 'aws4_request')
    this.#inner = Buffer.alloc(BLOCK_BYTES, 0x36)
    this.#outer = Buffer.alloc(BLOCK_BYTES + key.length, 0x5c)
    for (const [index, byte] of key.entries()) {
      this.#inner[index] = byte ^ 0x36
      this.#outer[index] = byte ^ 0x5c
    }
  }

  /** The signature of a string to sign, in lower-case hexadecimal. */
  sign(stringToSign: string): string {
    const inner = this.#innerFor(stringToSign.length)
    inner.write(stringToSign, BLOCK_BYTES, 'latin1')
    this.#outer.write(hash('sha256', inner, 'latin1'), BLOCK_BYTES, 'latin1')
    return hash('sha256', this.#outer, 'hex')
  }

  #innerFor(textBytes: number): Buffer {
    const sizeBytes = BLOCK_BYTES + textBytes
    if (this.#inner.length === sizeBytes) return this.#inner
    const inner = Buffer.alloc(sizeBytes)
    this.#inner.copy(inner, 0, 0, BLOCK_BYTES)
    if (sizeBytes <= MOST_KEPT_BYTES) this.#inner = inner
    return inner
  }
}

interface CachedKey {
  readonly secretAccessKey: string
  readonly key: SigningKey
}

/** A key with its two blocks, and the secret that it is of. */
const KEY_BYTES = 1024

/** The signing keys last used; deriving one costs ten times what using it does. */
export class SigningKeyCache {
  readonly #keys: BoundedCache<CachedKey>

  constructor(mostBytes = 2 * 1024 * 1024) {
    this.#keys = new BoundedCache(mostBytes)
  }

  /** The key for a credential; derived anew where the access key has got another secret. */
  keyFor(secretAccessKey: string, scope: CredentialScope): SigningKey {
    const name = scope.credential
    const cached = this.#keys.get(name)
    if (cached?.secretAccessKey === secretAccessKey) return cached.key
    const key = new SigningKey(secretAccessKey, scope)
    this.#keys.set(name, { secretAccessKey, key }, KEY_BYTES)
    return key
  }

  get size(): number {
    return this.#keys.count
  }
}
