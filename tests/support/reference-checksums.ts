/** Checksums of our own, byte by byte: a server checked by its own arithmetic would prove nothing. */
import { hash } from 'node:crypto'

const tables = {
  CRC32: crcTable(0xedb88320n),
  CRC32C: crcTable(0x82f63b78n),
  CRC64NVME: crcTable(0x9a6c9329ac4bc9b5n),
}

const digests = {
  CRC32: (bytes) => reflectedCrc(bytes, tables.CRC32, 4),
  CRC32C: (bytes) => reflectedCrc(bytes, tables.CRC32C, 4),
  CRC64NVME: (bytes) => reflectedCrc(bytes, tables.CRC64NVME, 8),
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

/** What eight zero bits make of each byte: the upper and the lower half of 64 bits. */
interface CrcTable {
  readonly high: Uint32Array
  readonly low: Uint32Array
}

function crcTable(polynomial: bigint): CrcTable {
  const values = Array.from({ length: 256 }, (_, index) => {
    let value = BigInt(index)
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n
    return value
  })
  const half = (shift: bigint) => Uint32Array.from(values, (value) => Number((value >> shift) & 0xffffffffn))
  return { high: half(32n), low: half(0n) }
}

/** In halves, as JavaScript's numbers have 32 bits where it shifts them: BigInt takes fifty times as long. */
function reflectedCrc(bytes: Uint8Array, { high, low }: CrcTable, size: 4 | 8): Buffer {
  let upper = size === 8 ? -1 : 0
  let lower = -1
  for (const byte of bytes) {
    const index = (lower ^ byte) & 0xff
    lower = ((lower >>> 8) | (upper << 24)) ^ (low[index] ?? 0)
    upper = (upper >>> 8) ^ (high[index] ?? 0)
  }
  const both = Buffer.alloc(8)
  both.writeInt32BE(~upper, 0)
  both.writeInt32BE(~lower, 4)
  return both.subarray(8 - size)
}
