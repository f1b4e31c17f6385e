import { describe, expect, it } from 'vitest'
import { rangesOf } from './byte-range.ts'
import { MEBIBYTE, withDefaults } from './transfer-options.ts'

describe('the options of a transfer', () => {
  it("default to boto3's", () => {
    const expected = { partSizeBytes: 8 * MEBIBYTE, thresholdBytes: 8 * MEBIBYTE, concurrency: 10 }
    expect(withDefaults({}, undefined)).toEqual(expected)
    expect(withDefaults({}, 80_000 * MEBIBYTE)).toEqual(expected)
  })

  it('make parts larger where there would be more than 10,000', () => {
    const totalBytes = 5 * 1024 * 1024 * MEBIBYTE
    const { partSizeBytes } = withDefaults({ partSizeBytes: 5 * MEBIBYTE }, totalBytes)
    const ranges = rangesOf(totalBytes, partSizeBytes)
    expect(ranges).toHaveLength(10_000)
    expect(ranges.at(-1)?.end).toBe(totalBytes)
  })
})
