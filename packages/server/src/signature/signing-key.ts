import { createHmac, createSecretKey, hash, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { CredentialScope } from './credential-scope.ts'

/** SHA-256 in lower-case hexadecimal of text that holds a byte per character, as header values do. */
export function sha256Hex(text: string): string {
  return hash('sha256', Buffer.from(text, 'latin1'), 'hex')
}

/** HMAC-SHA256 in lower-case hexadecimal: the signature of a string to sign. */
export function sign(key: KeyObject, stringToSign: string): string {
  return createHmac('sha256', key).update(stringToSign, 'latin1').digest('hex')
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

/** The key that signs for one day, region and service. */
export function deriveSigningKey(secretAccessKey: string, scope: CredentialScope): KeyObject {
  const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
  const dateKey = hmac(`AWS4${secretAccessKey}`, scope.date)
  return createSecretKey(hmac(hmac(hmac(dateKey, scope.region), scope.service), 'aws4_request'))
}

interface CachedKey {
  readonly secretAccessKey: string
  readonly key: KeyObject
}

/** The signing keys last used; deriving one costs four times what using it does. */
export class SigningKeyCache {
  readonly #keys = new Map<string, CachedKey>()
  readonly #capacity: number

  constructor(capacity = 1000) {
    this.#capacity = capacity
  }

  /** The key for a credential; derived anew where the access key has got another secret. */
  keyFor(secretAccessKey: string, scope: CredentialScope): KeyObject {
    const name = scope.credential
    const cached = this.#keys.get(name)
    // Taken out and put in again: the map's order is the order of use.
    if (cached) this.#keys.delete(name)
    else if (this.#keys.size >= this.#capacity) this.#dropOldest()
    const current =
      cached?.secretAccessKey === secretAccessKey
        ? cached
        : { secretAccessKey, key: deriveSigningKey(secretAccessKey, scope) }
    this.#keys.set(name, current)
    return current.key
  }

  get size(): number {
    return this.#keys.size
  }

  #dropOldest(): void {
    for (const name of this.#keys.keys()) {
      this.#keys.delete(name)
      return
    }
  }
}
