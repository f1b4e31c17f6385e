import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { shortCrc32 } from './short-crc32.ts'

it('is the CRC-32 of zlib, from any byte on and after any bytes', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 40 }),
      fc.uint8Array({ maxLength: 400 }),
      fc.nat(50),
      (first, bytes, start) => {
        const previous = crc32(first)
        expect(shortCrc32(bytes, start, previous)).toBe(crc32(bytes.subarray(start), previous))
      },
    ),
  )
})
