import {
  CHECKSUM_ALGORITHMS,
  type ChecksumAlgorithm,
  checksumOf,
  digestBytes,
} from '../../../base/checksums.ts'
import { CombinedCrc, type CrcAlgorithm } from '../../../base/combine-crc.ts'
import type { ChecksumRow, ListedPart, UploadRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { CompleteMultipartUploadInput } from '../../../model/types.gen.ts'
import { checksumAlgorithm, DEFAULT_CHECKSUM_ALGORITHM } from '../../../model/upload-checksum.ts'
import { partsInTurns } from '../../shared/content/parts-in-turns.ts'

/**
 * The checksum of a completed object, from those of its parts: a checksum of checksums, or the combined CRC of the
 * full object, without reading the bytes again. Source: S3 User Guide, "Checking object integrity".
 */
export async function checksumOfParts(parts: readonly ListedPart[], upload: UploadRow): Promise<ChecksumRow> {
  const algorithm = checksumAlgorithm(upload.checksumAlgorithm ?? DEFAULT_CHECKSUM_ALGORITHM)
  if (upload.checksumType === 'COMPOSITE') {
    const value = checksumOf(algorithm, Buffer.concat(parts.map(digestOf))).toString('base64')
    return { algorithm, value: `${value}-${parts.length}`, type: 'COMPOSITE' }
  }
  const crc = new CombinedCrc(algorithm as CrcAlgorithm)
  for await (const slice of partsInTurns(parts)) {
    for (const part of slice) crc.add({ digest: digestOf(part), sizeBytes: part.sizeBytes })
  }
  return { algorithm, value: crc.digest().toString('base64'), type: 'FULL_OBJECT' }
}

function digestOf({ checksum = '' }: ListedPart): Buffer {
  return Buffer.from(checksum, 'base64')
}

/**
 * Holds what the completion request claims against the computed checksum: BadDigest, also where only the kind is another.
 * Source: S3 API Reference, CompleteMultipartUpload, `x-amz-checksum-type`.
 */
export function assertCompletionChecksum(input: CompleteMultipartUploadInput, checksum: ChecksumRow): void {
  if (input.ChecksumType !== undefined && input.ChecksumType !== checksum.type) {
    const message = `The upload was created using the ${checksum.type} checksum mode. The complete request must use the same checksum mode.`
    throw new S3Error('BadDigest', {}, { message })
  }
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const claimed = input[`Checksum${algorithm}`]
    if (claimed === undefined) continue
    const name = algorithm.toLowerCase()
    assertChecksumForm(algorithm, claimed)
    if (algorithm === checksum.algorithm && isSame(claimed, checksum.value)) continue
    const message = `The ${name} you specified did not match the calculated checksum.`
    throw new S3Error('BadDigest', {}, { message })
  }
}

/** Throws InvalidRequest for what is no checksum of that algorithm, whatever the bytes. */
export function assertChecksumForm(algorithm: ChecksumAlgorithm, text: string): void {
  if (isChecksum(text, algorithm)) return
  const message = `Value for x-amz-checksum-${algorithm.toLowerCase()} header is invalid.`
  throw new S3Error('InvalidRequest', {}, { message })
}

/** Base64 of a digest, with or without the number of parts behind it. */
function isChecksum(text: string, algorithm: ChecksumAlgorithm): boolean {
  const [, base64 = ''] = /^([^-]*)(?:-\d{1,5})?$/.exec(text) ?? []
  const bytes = Buffer.from(base64, 'base64')
  return bytes.length === digestBytes(algorithm) && bytes.toString('base64') === base64
}

/** A composite value may come without the number of parts behind it. */
function isSame(claimed: string, computed: string): boolean {
  return claimed === computed || claimed === computed.replace(/-\d+$/, '')
}
