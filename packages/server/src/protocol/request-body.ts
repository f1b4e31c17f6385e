import { createHash, hash, timingSafeEqual } from 'node:crypto'
import type { PayloadIntegrity } from '../base/payload-integrity.ts'
import type { RequestHead } from '../base/request-head.ts'
import type { BodySource, RequestBody } from '../model/body.ts'
import { S3Error } from '../model/s3-error.ts'
import { AwsChunkedDecoder, wrongSize } from './aws-chunked.ts'
import { malformedTrailer } from './aws-chunked-trailers.ts'

export interface RequestBodyOptions {
  /** 5 GiB where left out: what one PutObject or UploadPart may hold. */
  readonly maxSizeBytes?: number
  /** Whether a request that does not say how long its body is has none; else it is refused, as uploads are. */
  readonly lengthOptional?: boolean
}

const MAX_UPLOAD_BYTES = 5 * 1024 ** 3

/**
 * The body of a request without its framing. `source` yields it as it came, without Transfer-Encoding; `payload` is
 * what the signature promised about it, and what its bytes are held to while they are read.
 *
 * Throws at once where the head alone is wrong: MissingContentLength, NotImplemented (a Transfer-Encoding without
 * aws-chunked), InvalidArgument, EntityTooLarge, MalformedTrailerError and InvalidRequest for `x-amz-trailer`.
 */
export function requestBody(
  head: RequestHead,
  source: BodySource,
  payload: PayloadIntegrity,
  options: RequestBodyOptions = {},
): RequestBody {
  const framed = payload.kind === 'streaming-signed' || payload.kind === 'streaming-unsigned-trailer'
  requireKnownTransferEncoding(head, framed)
  const sizeBytes = framed ? decodedSize(head) : contentLength(head, options.lengthOptional === true)
  requireAllowedSize(sizeBytes, options.maxSizeBytes ?? MAX_UPLOAD_BYTES)
  const announcedTrailers = readAnnouncedTrailers(head)
  // Trailers come where x-amz-content-sha256 says so, and nowhere else: behind signed chunks nothing would sign them.
  // Source: S3 API Reference, "Signature calculations for trailing headers (chunked uploads)".
  const hasTrailers = payload.kind === 'streaming-unsigned-trailer' || isSignedTrailer(payload)
  if (!hasTrailers && announcedTrailers.length > 0) throw malformedTrailer()
  if (!framed) {
    const sha256 = payload.kind === 'sha256' ? payload.digest : undefined
    const bytes = plainBytes(source, sizeBytes, sha256)
    const whole = source.whole && (() => wholePlain(source, sizeBytes, sha256))
    return { sizeBytes, bytes, whole, trailers: {}, announcedTrailers, ...(sha256 && { sha256 }) }
  }
  const decoder = new AwsChunkedDecoder({
    decodedSizeBytes: sizeBytes,
    announcedTrailers,
    signedTrailers: isSignedTrailer(payload),
    ...(payload.kind === 'streaming-signed' && { verifier: payload.verifier }),
  })
  return { sizeBytes, bytes: decodedBytes(source, decoder), trailers: decoder.trailers, announcedTrailers }
}

function isSignedTrailer(payload: PayloadIntegrity): boolean {
  return payload.kind === 'streaming-signed' && payload.trailer
}

function requireKnownTransferEncoding(head: RequestHead, framed: boolean): void {
  const encoding = head.headers['transfer-encoding']?.trim().toLowerCase()
  if (encoding === undefined || encoding === 'identity' || (framed && encoding === 'chunked')) return
  throw new S3Error('NotImplemented', { Header: 'Transfer-Encoding' })
}

function decodedSize(head: RequestHead): number {
  // S3 answers a length that is no number as it does a missing one.
  const size = sizeOf(head.headers['x-amz-decoded-content-length'])
  if (size === undefined) throw new S3Error('MissingContentLength')
  return size
}

function contentLength(head: RequestHead, optional: boolean): number {
  const text = head.headers['content-length']
  if (text === undefined) {
    if (optional) return 0
    throw new S3Error('MissingContentLength')
  }
  const size = sizeOf(text)
  if (size === undefined) {
    const fields = { ArgumentName: 'Content-Length', ArgumentValue: text }
    throw new S3Error('InvalidArgument', fields, { message: 'Content-Length must be a number of bytes' })
  }
  return size
}

function sizeOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

function requireAllowedSize(sizeBytes: number, maxSizeBytes: number): void {
  if (sizeBytes <= maxSizeBytes) return
  throw new S3Error('EntityTooLarge', {
    ProposedSize: String(sizeBytes),
    MaxSizeAllowed: String(maxSizeBytes),
  })
}

function readAnnouncedTrailers(head: RequestHead): string[] {
  const header = head.headers['x-amz-trailer']
  if (header === undefined) return []
  const names = header.split(',').map((name) => name.trim().toLowerCase())
  const announced = names.filter((name) => name !== '')
  if (announced.every((name) => name.startsWith('x-amz-checksum-'))) return announced
  throw new S3Error(
    'InvalidRequest',
    {},
    { message: 'The value specified in the x-amz-trailer header is not supported' },
  )
}

async function* plainBytes(
  source: AsyncIterable<Uint8Array>,
  sizeBytes: number,
  sha256: Uint8Array | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const check = sha256 && new PayloadHash(sha256)
  let received = 0
  for await (const bytes of source) {
    if (bytes.length === 0) continue
    received += bytes.length
    if (received > sizeBytes) throw wrongSize(sizeBytes, received)
    check?.update(bytes)
    // Before the last bytes are given, so that even a reader who stops at the declared size has a checked body.
    if (received === sizeBytes) check?.end()
    yield bytes
  }
  if (received < sizeBytes) throw wrongSize(sizeBytes, received)
  if (sizeBytes === 0) check?.end()
}

async function wholePlain(
  source: BodySource,
  sizeBytes: number,
  sha256: Uint8Array | undefined,
): Promise<Uint8Array> {
  const pieces = (await source.whole?.()) ?? []
  const bytes = pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces)
  if (bytes.length !== sizeBytes) throw wrongSize(sizeBytes, bytes.length)
  if (sha256) assertSha256(hash('sha256', bytes, 'buffer'), sha256)
  return bytes
}

async function* decodedBytes(
  source: AsyncIterable<Uint8Array>,
  decoder: AwsChunkedDecoder,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const bytes of source) {
    for (const data of decoder.decode(bytes)) yield data
  }
  decoder.end()
}

/** Holds a body to the SHA-256 that was signed for it. */
class PayloadHash {
  readonly #expected: Uint8Array
  readonly #hash = createHash('sha256')

  constructor(expected: Uint8Array) {
    this.#expected = expected
  }

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes)
  }

  end(): void {
    assertSha256(this.#hash.digest(), this.#expected)
  }
}

function assertSha256(actual: Buffer, expected: Uint8Array): void {
  if (timingSafeEqual(actual, expected)) return
  throw new S3Error('XAmzContentSHA256Mismatch', {
    ClientComputedContentSHA256: Buffer.from(expected).toString('hex'),
    S3ComputedContentSHA256: actual.toString('hex'),
  })
}
