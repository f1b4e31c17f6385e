import { checksumOf } from '../../base/checksums.ts'
import { combineCrc, type CrcAlgorithm } from '../../base/combine-crc.ts'
import type { ChecksumRow, ListedPart, UploadRow } from '../../metadata/tables/rows.ts'
import { S3Error } from '../../model/s3-error.ts'
import type { CompleteMultipartUploadInput } from '../../model/types.gen.ts'
import { DEFAULT_CHECKSUM_ALGORITHM } from '../../model/upload-checksum.ts'
import { checksumAlgorithm } from '../../model/upload-checksum.ts'

/**
 * The checksum of a completed object, from those of its parts: a checksum of checksums, or the combined CRC of the
 * full object, without reading the bytes again. Source: S3 User Guide, "Checking object integrity".
 */
export function checksumOfParts(parts: readonly ListedPart[], upload: UploadRow): ChecksumRow {
  const algorithm = checksumAlgorithm(upload.checksumAlgorithm ?? DEFAULT_CHECKSUM_ALGORITHM)
  const digests = parts.map(({ checksum = '' }) => Buffer.from(checksum, 'base64'))
  if (upload.checksumType === 'COMPOSITE') {
    const value = checksumOf(algorithm, Buffer.concat(digests)).toString('base64')
    return { algorithm, value: `${value}-${parts.length}`, type: 'COMPOSITE' }
  }
  const crcs = parts.map(({ sizeBytes }, index) => ({ digest: digests[index] ?? Buffer.alloc(0), sizeBytes }))
  const value = combineCrc(algorithm as CrcAlgorithm, crcs).toString('base64')
  return { algorithm, value, type: 'FULL_OBJECT' }
}

/** Holds what the completion request claims against the computed checksum. */
export function assertCompletionChecksum(
  input: CompleteMultipartUploadInput,
  upload: UploadRow,
  checksum: ChecksumRow,
): void {
  if (input.ChecksumType !== undefined && input.ChecksumType !== checksum.type) {
    const message = `The upload was created using the ${upload.checksumType ?? checksum.type} checksum mode. The complete request must use the same checksum mode.`
    throw new S3Error('InvalidRequest', {}, { message })
  }
  const claimed = input[`Checksum${checksum.algorithm}` as keyof CompleteMultipartUploadInput]
  if (typeof claimed !== 'string') return
  // A composite value may come with or without the number of parts behind it.
  const isRight =
    claimed === checksum.value || `${claimed}-${checksum.value.split('-')[1]}` === checksum.value
  if (isRight) return
  const message = `The ${checksum.algorithm.toLowerCase()} you specified did not match the calculated checksum.`
  throw new S3Error('BadDigest', {}, { message })
}
