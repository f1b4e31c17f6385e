import type { ChunkVerifier } from '../base/payload-integrity.ts'
import { S3Error } from '../model/s3-error.ts'
import { AwsChunkedTrailers } from './aws-chunked-trailers.ts'

export interface AwsChunkedOptions {
  /** `x-amz-decoded-content-length`: how many bytes all the chunks hold together. */
  readonly decodedSizeBytes: number
  /** Checks the signatures of chunks; without it they must have none. */
  readonly verifier?: ChunkVerifier
  /** Whether the trailers are signed as well. */
  readonly signedTrailers: boolean
  /** The names in `x-amz-trailer`, lower-case: exactly these must follow the chunks. */
  readonly announcedTrailers: readonly string[]
}

const MIN_CHUNK_BYTES = 8192
const MAX_LINE_BYTES = 1024
const LINE_FEED = 0x0a
const SIZE_LINE = /^([\da-f]{1,16})(?:;chunk-signature=([\da-f]{64}))?\r$/i

/** What the next line is. The bytes of a chunk are no line: while `#chunkLeft` is above 0 they come first. */
type Expected = 'chunk size' | 'end of chunk' | 'trailer' | 'end of body' | 'nothing'

/**
 * Takes the framing off an aws-chunked body, however its bytes arrive: the data comes out as views of what went in,
 * none of it is copied or kept. The last bytes of a chunk come out once its signature is known to hold; those before
 * do not wait for it, so nothing may be kept of a body that ends in an error.
 *
 * Throws `S3Error`: IncompleteBody for framing that is wrong or breaks off and for a size other than the one declared,
 * InvalidChunkSizeError, SignatureDoesNotMatch, MalformedTrailerError.
 * Source: Amazon S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload in
 * Multiple Chunks", and "… for trailing headers".
 */
export class AwsChunkedDecoder {
  readonly #options: AwsChunkedOptions
  readonly #trailers: AwsChunkedTrailers
  #expected: Expected = 'chunk size'
  /** The part of a line that has come so far. */
  #line = ''
  #chunkLeft = 0
  #chunkSize = MIN_CHUNK_BYTES
  #chunkCount = 0
  #chunkSignature = ''
  #received = 0

  constructor(options: AwsChunkedOptions) {
    this.#options = options
    this.#trailers = new AwsChunkedTrailers(options)
  }

  /** The trailers, complete once `end` has returned. */
  get trailers(): Readonly<Record<string, string>> {
    return this.#trailers.values
  }

  /** Takes the next bytes of the body and gives the data in them. */
  *decode(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
    let offset = 0
    while (offset < bytes.length) {
      if (this.#chunkLeft > 0) {
        const data = bytes.subarray(offset, offset + this.#chunkLeft)
        offset += data.length
        this.#takeData(data)
        yield data
      } else {
        offset = this.#takeLine(bytes, offset)
      }
    }
  }

  /** Must be called when the bytes have ended; throws where the body is not whole. */
  end(): void {
    const whole = this.#expected === 'end of body' || this.#expected === 'nothing'
    if (!whole || this.#line !== '') throw brokenOff()
  }

  #takeData(data: Uint8Array): void {
    this.#chunkLeft -= data.length
    this.#options.verifier?.update(data)
    if (this.#chunkLeft === 0) this.#endChunk()
  }

  #takeLine(bytes: Uint8Array, offset: number): number {
    const lineFeed = bytes.indexOf(LINE_FEED, offset)
    const end = lineFeed === -1 ? bytes.length : lineFeed
    if (this.#line.length + end - offset > MAX_LINE_BYTES) throw brokenOff()
    this.#line += Buffer.from(bytes.buffer, bytes.byteOffset + offset, end - offset).toString('latin1')
    if (lineFeed === -1) return end
    const line = this.#line
    this.#line = ''
    this.#readLine(line)
    return end + 1
  }

  #readLine(line: string): void {
    if (this.#expected === 'chunk size') this.#readChunkSize(line)
    else if (this.#expected === 'trailer') this.#readTrailer(line)
    else if (line !== '\r' || this.#expected === 'nothing') throw brokenOff()
    // Some clients end a body with one empty line too many, which S3 tolerates.
    else this.#expected = this.#expected === 'end of chunk' ? 'chunk size' : 'nothing'
  }

  #readChunkSize(line: string): void {
    const [, hex, signature] = SIZE_LINE.exec(line) ?? []
    const signed = this.#options.verifier !== undefined
    if (hex === undefined || (signature !== undefined) !== signed) throw brokenOff()
    const size = Number.parseInt(hex, 16)
    this.#chunkSignature = signature ?? ''
    this.#received += size
    const { decodedSizeBytes } = this.#options
    if (size > 0) this.#beginChunk(size)
    else if (this.#received < decodedSizeBytes) throw wrongSize(decodedSizeBytes, this.#received)
    else this.#endChunk()
  }

  #beginChunk(size: number): void {
    this.#chunkCount += 1
    if (this.#chunkSize < MIN_CHUNK_BYTES) {
      throw new S3Error('InvalidChunkSizeError', {
        Chunk: String(this.#chunkCount),
        BadChunkSize: String(this.#chunkSize),
      })
    }
    const { decodedSizeBytes } = this.#options
    if (this.#received > decodedSizeBytes) throw wrongSize(decodedSizeBytes, this.#received)
    this.#chunkSize = size
    this.#chunkLeft = size
    this.#expected = 'end of chunk'
  }

  #endChunk(): void {
    const mismatch = this.#options.verifier?.endChunk(this.#chunkSignature)
    if (mismatch) throw new S3Error('SignatureDoesNotMatch', mismatch)
    // A chunk is followed by an empty line, the last one, which is empty, by the trailers.
    if (this.#expected === 'chunk size') this.#expected = 'trailer'
  }

  #readTrailer(line: string): void {
    if (this.#trailers.readLine(line)) this.#expected = 'end of body'
  }
}

/** The body is not framed as declared, or ends too early. */
export function brokenOff(): S3Error {
  return new S3Error('IncompleteBody', {}, { message: 'The request body terminated unexpectedly' })
}

/** The body has another size than declared. */
export function wrongSize(expected: number, provided: number): S3Error {
  return new S3Error('IncompleteBody', {
    NumberBytesExpected: String(expected),
    NumberBytesProvided: String(provided),
  })
}
