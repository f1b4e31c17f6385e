import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Crc, type CrcName, newCrc } from './crc.ts'
import type { Digest } from './digest.ts'

async function hex(digest: Digest, ...pieces: Uint8Array[]): Promise<string> {
  for (const piece of pieces) digest.update(piece)
  return Buffer.from(await digest.digest()).toString('hex')
}

describe('CRCs', () => {
  // The check values of the catalogue of parametrised CRC algorithms.
  it.each([
    ['CRC32', 'cbf43926'],
    ['CRC32C', 'e3069283'],
    ['CRC64NVME', 'ae8b14860a799888'],
  ] satisfies [CrcName, string][])('%s of 123456789 is %s', async (name, expected) => {
    expect(await hex(newCrc(name), Buffer.from('123456789'))).toBe(expected)
    expect(await hex(new Crc(name), Buffer.from('123456789'))).toBe(expected)
  })

  it("agree with the machine's, however the bytes come", () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 40 })), async (pieces) => {
        const expected = crc32(Buffer.concat(pieces)).toString(16).padStart(8, '0')
        expect(await hex(new Crc('CRC32'), ...pieces)).toBe(expected)
        expect(await hex(newCrc('CRC32'), ...pieces)).toBe(expected)
      }),
    ))

  it.each(['CRC32C', 'CRC64NVME'] satisfies CrcName[])('%s does not depend on the pieces', (name) =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 40 })), async (pieces) => {
        expect(await hex(newCrc(name), ...pieces)).toBe(await hex(newCrc(name), Buffer.concat(pieces)))
      }),
    ),
  )
})
