/** Checksums of our own, bit by bit and slow: a server checked by its own arithmetic would prove nothing. */
import { hash } from 'node:crypto'

const digests = {
  CRC32: (bytes) => reflectedCrc(bytes, 0xedb88320n, 32n),
  CRC32C: (bytes) => reflectedCrc(bytes, 0x82f63b78n, 32n),
  CRC64NVME: (bytes) => reflectedCrc(bytes, 0x9a6c9329ac4bc9b5n, 64n),
  SHA1: (bytes) => hash('sha1', bytes, 'buffer'),
  SHA256: (bytes) => hash('sha256', bytes, 'buffer'),
  SHA512: (bytes) => hash('sha512', bytes, 'buffer'),
  MD5: (bytes) => hash('md5', bytes, 'buffer'),
} as const satisfies Record<string, (bytes: Uint8Array) => Buffer>

export type ReferenceAlgorithm = keyof typeof digests

export const referenceAlgorithms = Object.keys(digests) as readonly ReferenceAlgorithm[]

/** As `x-amz-checksum-*` carries it: base64, CRCs big-endian. */
export function referenceChecksum(algorithm: ReferenceAlgorithm, bytes: Uint8Array | string): string {
  return digests[algorithm](Buffer.from(bytes)).toString('base64')
}

/** The header and the trailer of an algorithm. */
export function checksumHeader(algorithm: ReferenceAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`
}

function reflectedCrc(bytes: Uint8Array, polynomial: bigint, bits: bigint): Buffer {
  const table = Array.from({ length: 256 }, (_, index) => {
    let value = BigInt(index)
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n
    return value
  })
  const ones = (1n << bits) - 1n
  let crc = ones
  for (const byte of bytes) crc = (table[Number((crc ^ BigInt(byte)) & 0xffn)] ?? 0n) ^ (crc >> 8n)
  return Buffer.from((crc ^ ones).toString(16).padStart(Number(bits / 4n), '0'), 'hex')
}
