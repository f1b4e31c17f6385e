import type { S3Client } from '@aws-sdk/client-s3'
import { base64 } from './base64.ts'
import { type DigestName, newDigest } from './checksum.ts'

/** The bytes that came are not those that the service has a checksum of. */
export class ChecksumMismatchError extends Error {
  override readonly name = 'ChecksumMismatchError'

  constructor(algorithm: string, expected: string, computed: string, options?: ErrorOptions) {
    super(`The ${algorithm} of what was downloaded is ${computed}, the object's is ${expected}`, options)
  }
}

/** A checksum of a whole object, or of the checksums of its parts (`value-N`), whose sizes then have to be known. */
export interface ExpectedChecksum {
  readonly algorithm: DigestName
  readonly value: string
  readonly partSizesBytes: readonly number[] | undefined
}

/** Computes a checksum over bytes that come in order, and compares it at the end. */
export class Verifier {
  readonly #client: S3Client
  readonly #expected: ExpectedChecksum
  readonly #parts: Uint8Array[] = []
  #digest
  #left: number

  constructor(client: S3Client, expected: ExpectedChecksum) {
    this.#client = client
    this.#expected = expected
    this.#digest = newDigest(expected.algorithm, client)
    this.#left = expected.partSizesBytes?.[0] ?? Infinity
  }

  async update(bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.byteLength > 0;) {
      const some = rest.subarray(0, this.#left)
      this.#digest.update(some)
      this.#left -= some.byteLength
      rest = rest.subarray(some.byteLength)
      if (this.#left === 0) await this.#endPart()
    }
  }

  /** Throws {@link ChecksumMismatchError} where what came is not what was expected. */
  async verify(): Promise<void> {
    const { algorithm, value } = this.#expected
    const computed = await this.#compute()
    if (computed !== value) throw new ChecksumMismatchError(algorithm, value, computed)
  }

  async #compute(): Promise<string> {
    if (!this.#expected.partSizesBytes) return base64(await this.#digest.digest())
    const whole = newDigest(this.#expected.algorithm, this.#client)
    for (const part of this.#parts) whole.update(part)
    return `${base64(await whole.digest())}-${this.#parts.length}`
  }

  async #endPart(): Promise<void> {
    this.#parts.push(await this.#digest.digest())
    this.#digest = newDigest(this.#expected.algorithm, this.#client)
    this.#left = this.#expected.partSizesBytes?.[this.#parts.length] ?? Infinity
  }
}
