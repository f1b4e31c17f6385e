import type { UploadRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { ChecksumAlgorithm, ChecksumType, CreateMultipartUploadInput } from '../../../model/types.gen.ts'
import { checksumAlgorithm } from '../../../model/upload-checksum.ts'

/** The kind as answers show it; nothing where the client named none. */
export function uploadChecksumMembers(upload: Kind): {
  ChecksumAlgorithm?: ChecksumAlgorithm | undefined
  ChecksumType?: ChecksumType | undefined
} {
  if (upload.checksumAlgorithm === undefined) return {}
  return {
    ChecksumAlgorithm: upload.checksumAlgorithm as ChecksumAlgorithm,
    ChecksumType: upload.checksumType,
  }
}

type Kind = Pick<UploadRow, 'checksumAlgorithm' | 'checksumType'>

const CRCS: ReadonlySet<string> = new Set(['CRC32', 'CRC32C', 'CRC64NVME'])

/**
 * The checksum that an upload is created with; nothing where the client names none. Source: S3 User Guide, "Checking
 * object integrity", "Full object and composite checksum types": CRC64NVME is of the full object only, SHA composite
 * only, composite is the default of all the others.
 */
export function uploadChecksumKind(input: CreateMultipartUploadInput): Kind {
  const { ChecksumAlgorithm, ChecksumType } = input
  if (ChecksumAlgorithm === undefined) {
    if (ChecksumType === undefined) return {}
    throw refuse('The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.')
  }
  const algorithm = checksumAlgorithm(ChecksumAlgorithm)
  const checksumType = ChecksumType ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE')
  const isPossible = checksumType === 'FULL_OBJECT' ? CRCS.has(algorithm) : algorithm !== 'CRC64NVME'
  if (!isPossible) {
    throw refuse(
      `The ${checksumType} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    )
  }
  return { checksumAlgorithm: algorithm, checksumType }
}

function refuse(message: string): S3Error {
  return new S3Error('InvalidRequest', {}, { message })
}
