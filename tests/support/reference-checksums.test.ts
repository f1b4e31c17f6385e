import { expect, it } from 'vitest'
import { type ReferenceAlgorithm, referenceChecksum } from './reference-checksums.ts'

/** The check values of the catalogue of CRC algorithms: the CRC of `123456789`. */
it.each([
  ['CRC32', 'cbf43926'],
  ['CRC32C', 'e3069283'],
  ['CRC64NVME', 'ae8b14860a799888'],
] satisfies [ReferenceAlgorithm, string][])('%s has its check value', (algorithm, expected) => {
  expect(Buffer.from(referenceChecksum(algorithm, '123456789'), 'base64').toString('hex')).toBe(expected)
})
