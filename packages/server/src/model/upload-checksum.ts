import { CHECKSUM_ALGORITHMS, digestBytes, type ChecksumAlgorithm } from '../base/checksums.ts'
import { S3Error } from './s3-error.ts'

/** What S3 computes, stores and returns where the client sends no checksum (since December 2024). */
export const DEFAULT_CHECKSUM_ALGORITHM: ChecksumAlgorithm = 'CRC64NVME'

/** What a client says of the bytes it uploads. */
export interface ClaimedDigests {
  readonly md5?: Buffer
  readonly checksum?: ClaimedChecksum
}

export type ClaimedChecksum =
  | { readonly algorithm: ChecksumAlgorithm; readonly source: 'header'; readonly expected: Buffer }
  /** The value comes behind the body; see {@link expectedChecksum}. */
  | { readonly algorithm: ChecksumAlgorithm; readonly source: 'trailer'; readonly expected?: undefined }

type Headers = Readonly<Record<string, string | undefined>>

const PREFIX = 'x-amz-checksum-'
/** Headers with the prefix that carry no checksum. */
const NO_CHECKSUM = new Set(['algorithm', 'mode', 'type'])

/**
 * Reads the digests that an upload claims from its headers (lower-case names). At most one checksum, as header or
 * announced trailer, and `x-amz-sdk-checksum-algorithm`, where it is sent, must name it: else BadDigest. Throws
 * InvalidDigest for a Content-MD5 and InvalidRequest for a checksum that cannot be right, whatever the bytes.
 * Source: S3 API Reference, PutObject and UploadPart; S3 User Guide, "Checking object integrity".
 */
export function readClaimedDigests(headers: Headers): ClaimedDigests {
  const md5 = readContentMd5(headers['content-md5'])
  const checksum = readChecksum(headers)
  assertSdkAlgorithm(headers['x-amz-sdk-checksum-algorithm'], checksum)
  return { ...(md5 && { md5 }), ...(checksum && { checksum }) }
}

/**
 * The checksum that the bytes must have, once the trailers are in; undefined where the client claims none. Throws
 * MalformedTrailerError where the announced one did not come, InvalidRequest where it is no value of its algorithm.
 */
export function expectedChecksum(claims: ClaimedDigests, trailers: Headers): Buffer | undefined {
  const { checksum } = claims
  if (checksum?.source !== 'trailer') return checksum?.expected
  const name = headerName(checksum.algorithm)
  const value = trailers[name]
  if (value === undefined) throw new S3Error('MalformedTrailerError')
  const expected = decode(value, digestBytes(checksum.algorithm))
  return expected ?? refuse(`Value for ${name} trailing header is invalid.`)
}

/**
 * The algorithm that `x-amz-checksum-algorithm` names (CopyObject, CreateMultipartUpload), in any case. Throws
 * InvalidRequest where S3 has none of that name.
 */
export function checksumAlgorithm(name: string): ChecksumAlgorithm {
  const valid = CHECKSUM_ALGORITHMS.join(', ')
  return (
    algorithmOf(PREFIX + name.toLowerCase()) ??
    refuse(
      `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${valid}]`,
    )
  )
}

/** The header and trailer that carry an algorithm's checksum. */
export function headerName(algorithm: ChecksumAlgorithm): string {
  return PREFIX + algorithm.toLowerCase()
}

function readContentMd5(value: string | undefined): Buffer | undefined {
  if (value === undefined) return undefined
  const md5 = decode(value, digestBytes('MD5'))
  if (!md5) throw new S3Error('InvalidDigest', { 'Content-MD5': value })
  return md5
}

function readChecksum(headers: Headers): ClaimedChecksum | undefined {
  const names = Object.keys(headers).filter((name) => carriesChecksum(name) && headers[name] !== undefined)
  if (names.length > 1) {
    refuse('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.')
  }
  const trailer = headers['x-amz-trailer']
  const [name] = names
  if (name === undefined) return trailer === undefined ? undefined : readAnnouncement(trailer)
  if (trailer !== undefined) refuse('Expecting a single x-amz-checksum- header')
  const algorithm =
    algorithmOf(name) ?? refuse('The algorithm type you specified in x-amz-checksum- header is invalid.')
  const expected = decode(headers[name] ?? '', digestBytes(algorithm))
  return { algorithm, source: 'header', expected: expected ?? refuse(`Value for ${name} header is invalid.`) }
}

function readAnnouncement(trailer: string): ClaimedChecksum {
  const algorithm = algorithmOf(trailer.trim().toLowerCase())
  if (!algorithm) refuse('The value specified in the x-amz-trailer header is not supported')
  return { algorithm, source: 'trailer' }
}

function assertSdkAlgorithm(value: string | undefined, checksum: ClaimedChecksum | undefined): void {
  if (value === undefined) return
  const algorithm = algorithmOf(PREFIX + value.toLowerCase())
  if (!algorithm) refuse('Value for x-amz-sdk-checksum-algorithm header is invalid.')
  if (!checksum) {
    refuse(
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    )
  }
  if (checksum.algorithm === algorithm) return
  const message = `The checksum is of ${checksum.algorithm}, not of ${algorithm} as x-amz-sdk-checksum-algorithm says.`
  throw new S3Error('BadDigest', {}, { message })
}

function carriesChecksum(name: string): boolean {
  return name.startsWith(PREFIX) && !NO_CHECKSUM.has(name.slice(PREFIX.length))
}

/** The algorithm that a header or trailer is of. */
function algorithmOf(name: string): ChecksumAlgorithm | undefined {
  const algorithm = name.slice(PREFIX.length).toUpperCase()
  if (!name.startsWith(PREFIX)) return undefined
  return CHECKSUM_ALGORITHMS.find((known) => known === algorithm)
}

/** Strict base64 of exactly `sizeBytes` bytes; undefined for all else. */
function decode(value: string, sizeBytes: number): Buffer | undefined {
  const bytes = Buffer.from(value, 'base64')
  return bytes.length === sizeBytes && bytes.toString('base64') === value ? bytes : undefined
}

function refuse(message: string): never {
  throw new S3Error('InvalidRequest', {}, { message })
}
