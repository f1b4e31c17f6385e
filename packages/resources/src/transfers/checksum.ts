import type { S3Client } from '@aws-sdk/client-s3'
import { newCrc } from './crc.ts'
import type { Digest } from './digest.ts'

/** The members of an answer that hold a checksum, the quickest to compute first. */
const ALGORITHMS = ['CRC32', 'CRC64NVME', 'CRC32C', 'SHA256', 'SHA1', 'MD5'] as const

export type DigestName = (typeof ALGORITHMS)[number]

/** The checksums of an answer, base64. */
export type Checksums = { readonly [Name in DigestName as `Checksum${Name}`]?: string | undefined }

/** The checksum that is verified; `undefined` where the answer has none of those. */
export function findChecksum(answer: Checksums): { algorithm: DigestName; value: string } | undefined {
  for (const algorithm of ALGORITHMS) {
    const value = answer[`Checksum${algorithm}`]
    if (value !== undefined) return { algorithm, value }
  }
  return undefined
}

/** A new digest: CRCs are computed here, hashes by what the client has for its own use. */
export function newDigest(algorithm: DigestName, { config }: S3Client): Digest {
  switch (algorithm) {
    case 'CRC32':
    case 'CRC32C':
    case 'CRC64NVME':
      return newCrc(algorithm)
    case 'SHA1':
      return new config.sha1()
    case 'SHA256':
      return new config.sha256()
    case 'MD5':
      return new config.md5()
  }
}
