import { type ChecksumAlgorithm, checksumOf } from '../base/checksums.ts'
import { S3Error } from './s3-error.ts'
import { type ClaimedDigests, expectedChecksum } from './upload-checksum.ts'

/** What was computed of the bytes that came. */
export interface ComputedDigests {
  readonly md5: Buffer | undefined
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: Buffer } | undefined
}

/** Throws BadDigest where what the client claims of its bytes is not so. */
export function verifyDigests(
  claims: ClaimedDigests,
  trailers: Readonly<Record<string, string>>,
  computed: ComputedDigests,
): void {
  if (claims.md5 && computed.md5 && !claims.md5.equals(computed.md5)) {
    const fields = {
      ExpectedDigest: claims.md5.toString('base64'),
      CalculatedDigest: computed.md5.toString('base64'),
    }
    throw new S3Error('BadDigest', fields, {
      message: 'The Content-MD5 you specified did not match what we received.',
    })
  }
  const expected = expectedChecksum(claims, trailers)
  if (!expected || !computed.checksum || expected.equals(computed.checksum.value)) return
  const message = `The ${computed.checksum.algorithm} you specified did not match the calculated checksum.`
  throw new S3Error('BadDigest', {}, { message })
}

/** Verifies a document that is in memory. */
export function verifyDocument(
  bytes: Uint8Array,
  claims: ClaimedDigests,
  trailers: Readonly<Record<string, string>>,
): void {
  const algorithm = claims.checksum?.algorithm
  verifyDigests(claims, trailers, {
    md5: claims.md5 && checksumOf('MD5', bytes),
    checksum: algorithm && { algorithm, value: checksumOf(algorithm, bytes) },
  })
}
