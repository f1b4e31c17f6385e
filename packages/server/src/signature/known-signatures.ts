import { BoundedCache } from '../base/bounded-cache.ts'
import type { SigningKey } from './signing-key.ts'

const MOST_BYTES = 512 * 1024

interface KnownSignature {
  readonly key: SigningKey
  readonly signature: string
}

/** A signature, and the two places that it is in. */
const SIGNATURE_BYTES = 160

/**
 * The signatures of requests that differ in method and path alone. A presigned URL is often asked for again: in ranges, or by
 * many browsers. What is known is what a request has to be signed with, and still compared with what it was signed with.
 */
export class KnownSignatures {
  readonly #signatures = new BoundedCache<KnownSignature>(MOST_BYTES)

  /** By the start of the canonical request. Another secret is another key. */
  of(start: string, key: SigningKey, sign: () => string): string {
    const known = this.#signatures.get(start)
    if (known?.key === key) return known.signature
    const signature = sign()
    this.#signatures.set(start, { key, signature }, SIGNATURE_BYTES)
    return signature
  }
}
