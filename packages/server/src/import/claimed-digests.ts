import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm } from '../base/checksums.ts'
import { type ClaimedDigests, headerName } from '../model/upload-checksum.ts'

type Headers = Readonly<Record<string, string | undefined>>

const MD5 = /^[0-9a-f]{32}$/i

/**
 * What the source says of the bytes of an answer: a checksum of all of them, and their MD5 where the entity tag is that, which
 * it is not for objects in parts and those that other keys than the source's own seal. Source: S3 API Reference, "Object", ETag.
 */
export function claimedDigests(headers: Headers): ClaimedDigests {
  const etag = headers['etag']?.replaceAll('"', '') ?? ''
  const checksum = checksumOfHeaders(headers)
  return {
    ...(MD5.test(etag) && isEtagDigest(headers) && { md5: Buffer.from(etag, 'hex') }),
    ...(checksum && { checksum }),
  }
}

/** Whether entity tags are made of MD5s. */
export function isEtagDigest(headers: Headers): boolean {
  const encryption = headers['x-amz-server-side-encryption'] ?? 'AES256'
  return encryption === 'AES256' && headers['x-amz-server-side-encryption-customer-algorithm'] === undefined
}

/** Of a part it is composite as the object's is, and yet the checksum of just these bytes. */
function checksumOfHeaders(headers: Headers): ClaimedDigests['checksum'] {
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const value = headers[headerName(algorithm)]
    if (value === undefined || value.includes('-')) continue
    return { algorithm, source: 'header', expected: Buffer.from(value, 'base64') }
  }
  return undefined
}

/** The algorithm of the checksum that the source has of an object, if it has one. */
export function algorithmOfHeaders(headers: Headers): ChecksumAlgorithm | undefined {
  return CHECKSUM_ALGORITHMS.find((algorithm) => headers[headerName(algorithm)] !== undefined)
}
