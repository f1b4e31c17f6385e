import type { ChunkVerifier } from '../base/payload-integrity.ts'
import { S3Error } from '../model/s3-error.ts'

const SIGNATURE_NAME = 'x-amz-trailer-signature'

interface TrailerOptions {
  readonly verifier?: ChunkVerifier
  readonly signedTrailers: boolean
  readonly announcedTrailers: readonly string[]
}

/** The trailers behind the last chunk: each that was announced, once, and no other. */
export class AwsChunkedTrailers {
  /** Lower-case names. */
  readonly values: Record<string, string> = Object.create(null) as Record<string, string>
  readonly #options: TrailerOptions
  #signature: string | undefined
  #gap = false

  constructor(options: TrailerOptions) {
    this.#options = options
  }

  /**
   * Takes a line without its line feed; true where it is the last. Lines may end in a bare line feed, all but the
   * last: the documentation's canonical form invites clients to send it so. Throws MalformedTrailerError and
   * SignatureDoesNotMatch.
   */
  readLine(line: string): boolean {
    if (line === '\r') return this.#readEmptyLine()
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase()
    const value = line.slice(colon + 1).trim()
    if (name === '' || this.#signature !== undefined) throw malformedTrailer()
    if (name === SIGNATURE_NAME && this.#options.signedTrailers) {
      this.#signature = value
      return false
    }
    const known = this.#options.announcedTrailers.includes(name) && this.values[name] === undefined
    if (!known || this.#gap) throw malformedTrailer()
    this.values[name] = value
    return false
  }

  /** Some clients send an empty line before the signature as well. */
  #readEmptyLine(): boolean {
    const { signedTrailers } = this.#options
    if (signedTrailers && this.#signature === undefined && !this.#gap) {
      this.#gap = true
      return false
    }
    this.#end()
    return true
  }

  #end(): void {
    const { announcedTrailers, signedTrailers, verifier } = this.#options
    if (announcedTrailers.some((name) => this.values[name] === undefined)) throw malformedTrailer()
    if (!signedTrailers) return
    if (this.#signature === undefined) throw malformedTrailer()
    const mismatch = verifier?.endTrailers(Object.entries(this.values), this.#signature)
    if (mismatch) throw new S3Error('SignatureDoesNotMatch', mismatch)
  }
}

/** The trailers are not those that were announced. */
export function malformedTrailer(): S3Error {
  return new S3Error('MalformedTrailerError')
}
