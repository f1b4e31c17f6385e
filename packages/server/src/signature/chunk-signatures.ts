import { createHash, type Hash } from 'node:crypto'
import type { ChunkVerifier, SignatureMismatch } from '../base/payload-integrity.ts'
import type { CredentialScope } from './credential-scope.ts'
import { sha256Hex, signaturesEqual, type SigningKey } from './signing-key.ts'
import { signatureMismatch } from './signature-mismatch.ts'

const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/**
 * The signatures of an aws-chunked body, each over its chunk and the signature before it, beginning with the request's.
 * Source: Amazon S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload in
 * Multiple Chunks", and "… for trailing headers".
 */
export class ChunkSignatures implements ChunkVerifier {
  readonly #key: SigningKey
  readonly #scope: CredentialScope
  readonly #timestamp: string
  #previous: string
  #hash: Hash | undefined

  constructor(key: SigningKey, scope: CredentialScope, timestamp: string, seedSignature: string) {
    this.#key = key
    this.#scope = scope
    this.#timestamp = timestamp
    this.#previous = seedSignature
  }

  update(bytes: Uint8Array): void {
    this.#hash ??= createHash('sha256')
    this.#hash.update(bytes)
  }

  endChunk(signature: string): SignatureMismatch | undefined {
    const digest = this.#hash?.digest('hex') ?? EMPTY_SHA256
    this.#hash = undefined
    return this.#check('AWS4-HMAC-SHA256-PAYLOAD', `${EMPTY_SHA256}\n${digest}`, signature)
  }

  endTrailers(
    trailers: readonly (readonly [name: string, value: string])[],
    signature: string,
  ): SignatureMismatch | undefined {
    const sorted = trailers.toSorted(([a], [b]) => (a < b ? -1 : 1))
    const canonical = sorted.map(([name, value]) => `${name}:${value}\n`).join('')
    return this.#check('AWS4-HMAC-SHA256-TRAILER', sha256Hex(canonical), signature)
  }

  #check(algorithm: string, hashes: string, signature: string): SignatureMismatch | undefined {
    const stringToSign = `${algorithm}\n${this.#timestamp}\n${this.#scope.text}\n${this.#previous}\n${hashes}`
    this.#previous = this.#key.sign(stringToSign)
    if (signaturesEqual(this.#previous, signature)) return undefined
    return signatureMismatch(this.#scope.accessKeyId, stringToSign, signature)
  }
}
