import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { uncompressSnappy } from './snappy.ts'

function uncompressed(bytes: readonly number[] | Uint8Array, sizeBytes: number): Buffer {
  const output = Buffer.alloc(sizeBytes)
  uncompressSnappy(Buffer.from(bytes), output)
  return output
}

function outcomeOf(action: () => unknown): string {
  try {
    action()
    return 'done'
  } catch (error) {
    return String(error)
  }
}

/** That what is compressed is given back, read-parquet.test.ts says. */
describe('Snappy', () => {
  it('copies what the copy writes, from near and far', () => {
    expect(uncompressed([8, 0, 0x61, 0b1101, 1], 8).toString()).toBe('aaaaaaaa')
    expect(uncompressed([4, 0, 0x61, (2 << 2) | 2, 1, 0], 4).toString()).toBe('aaaa')
    expect(uncompressed([4, 0, 0x61, (2 << 2) | 3, 1, 0, 0, 0], 4).toString()).toBe('aaaa')
  })

  it.each([
    ['a literal of more than two gigabytes', [4, 0xfc, 0xf0, 0xff, 0xff, 0xff, 0x61, 0x61, 0x61, 0x61]],
    ['a copy of nothing', [4, 0, 0x61, 0b1, 0]],
    ['a copy from before the beginning', [4, 0, 0x61, 0b1, 2]],
    ['a literal behind the end', [4, (3 << 2) | 0, 0x61]],
    ['too few bytes', [4, 0, 0x61]],
    ['too many bytes', [4, (4 << 2) | 0, 0x61, 0x61, 0x61, 0x61, 0x61]],
    ['a copy without its offset', [4, 0, 0x61, 0b10, 1]],
    ['nothing', []],
  ])('is an error of %s', (_, bytes) => {
    expect(() => uncompressed(bytes, 4)).toThrow('snappy')
  })

  it('ends, whatever the bytes are', () => {
    const bytes = fc.uint8Array({ maxLength: 200 })
    fc.assert(
      fc.property(bytes, fc.nat(4000), (input, sizeBytes) => {
        expect(outcomeOf(() => uncompressed(input, sizeBytes))).toMatch(/^(?:Error: snappy|done)/)
      }),
      { numRuns: 2000 },
    )
  })
})
