import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checksumOf } from './checksums.ts'
import { CombinedCrc, type CrcAlgorithm, type CrcOfPart } from './combine-crc.ts'

function combineCrc(algorithm: CrcAlgorithm, parts: readonly CrcOfPart[]): Buffer {
  const crc = new CombinedCrc(algorithm)
  for (const part of parts) crc.add(part)
  return crc.digest()
}

describe.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)('CombinedCrc of %s', (algorithm) => {
  const partOf = (bytes: Uint8Array) => ({ digest: checksumOf(algorithm, bytes), sizeBytes: bytes.length })

  test('is the CRC of the joined bytes', () => {
    const parts = fc.array(fc.uint8Array({ maxLength: 5000 }), { maxLength: 12 })
    fc.assert(
      fc.property(parts, (parts) => {
        expect(combineCrc(algorithm, parts.map(partOf))).toEqual(checksumOf(algorithm, Buffer.concat(parts)))
      }),
    )
  })

  test('holds for parts of megabytes', () => {
    const parts = [5_242_880, 1, 8_388_607].map((size, index) => Buffer.alloc(size, index + 1))
    expect(combineCrc(algorithm, parts.map(partOf))).toEqual(checksumOf(algorithm, Buffer.concat(parts)))
  })

  test('does not depend on how sizes beyond 2^32 are grouped', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 2 ** 43 }), { minLength: 2, maxLength: 5 })
    fc.assert(
      fc.property(sizes, fc.uint8Array({ minLength: 64, maxLength: 64 }), (sizes, noise) => {
        const parts = sizes.map((sizeBytes, index) => ({
          digest: checksumOf(algorithm, noise.subarray(index)),
          sizeBytes,
        }))
        const [first, ...rest] = parts
        const tail = {
          digest: combineCrc(algorithm, rest),
          sizeBytes: rest.reduce((sum, part) => sum + part.sizeBytes, 0),
        }
        expect(combineCrc(algorithm, first ? [first, tail] : [])).toEqual(combineCrc(algorithm, parts))
      }),
    )
  })

  test('of no part is the CRC of nothing, of one part that part', () => {
    expect(combineCrc(algorithm, [])).toEqual(checksumOf(algorithm, Buffer.alloc(0)))
    expect(combineCrc(algorithm, [partOf(Buffer.from('a'))])).toEqual(checksumOf(algorithm, Buffer.from('a')))
  })

  test('refuses a digest of the wrong length and a size that is none', () => {
    expect(() => combineCrc(algorithm, [{ digest: Buffer.alloc(5), sizeBytes: 1 }])).toThrow('CRC of 5 bytes')
    expect(() => combineCrc(algorithm, [{ digest: Buffer.alloc(4), sizeBytes: -1 }])).toThrow('not a size')
  })
})
