import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CHECKSUM_ALGORITHMS, checksumOf, createChecksum, digestBytes } from './checksums.ts'

const DIGITS = '0123456789'.repeat(50)

/**
 * Check values from the CRC catalogue ("123456789"), RFC 3720 (CRC32C), RFC 1321, and FIPS 180-4 examples ("abc"); those
 * of xxHash from the code in JavaScript that comes with the AWS SDK.
 */
const known = [
  ['CRC32', '', '00000000'],
  ['CRC32', '123456789', 'cbf43926'],
  ['CRC32C', '', '00000000'],
  ['CRC32C', '123456789', 'e3069283'],
  ['CRC32C', '\0'.repeat(32), '8a9136aa'],
  ['CRC64NVME', '', '0000000000000000'],
  ['CRC64NVME', '123456789', 'ae8b14860a799888'],
  ['CRC64NVME', '\0'.repeat(4096), '6482d367eb22b64e'],
  ['MD5', '', 'd41d8cd98f00b204e9800998ecf8427e'],
  ['MD5', '123456789', '25f9e794323b453885f5181f1b624d0b'],
  ['SHA1', 'abc', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
  ['SHA256', 'abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'SHA512',
    'abc',
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a' +
      '2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
  ],
  ['XXHASH64', '', 'ef46db3751d8e999'],
  ['XXHASH64', 'abc', '44bc2cf5ad770999'],
  ['XXHASH64', DIGITS, '78a5261b74704e0d'],
  ['XXHASH3', '', '2d06800538d394c2'],
  ['XXHASH3', 'abc', '78af5f94892f3950'],
  ['XXHASH3', DIGITS, '63308cd5e862acac'],
  ['XXHASH128', '', '99aa06d3014798d86001c324468d497f'],
  ['XXHASH128', 'abc', '06b05ab6733a618578af5f94892f3950'],
  ['XXHASH128', DIGITS, '8ae3658d586fb0e363308cd5e862acac'],
] as const

describe.each(known)('%s of %j', (algorithm, text, expected) => {
  const bytes = Buffer.from(text)

  test('at once', () => {
    expect(checksumOf(algorithm, bytes).toString('hex')).toBe(expected)
  })

  test('byte by byte', () => {
    const checksum = createChecksum(algorithm)
    for (const byte of bytes) checksum.update(Uint8Array.of(byte))
    expect(checksum.digest().toString('hex')).toBe(expected)
  })
})

/**
 * S3 API Reference, "Signature calculations for the Authorization header: Including trailing headers": 65 KiB of the
 * letter a in chunks of 64 KiB and 1 KiB, with the trailer `x-amz-checksum-crc32c:sOO8/Q==`.
 */
test('the CRC32C of the example that S3 publishes', () => {
  const checksum = createChecksum('CRC32C')
  for (const chunkBytes of [65_536, 1024]) checksum.update(Buffer.alloc(chunkBytes, 'a'))
  expect(checksum.digest().toString('base64')).toBe('sOO8/Q==')
})

describe.each(CHECKSUM_ALGORITHMS)('%s', (algorithm) => {
  test('does not depend on where the bytes are split', () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 })
    fc.assert(
      fc.property(chunks, (chunks) => {
        const checksum = createChecksum(algorithm)
        for (const chunk of chunks) checksum.update(chunk)
        expect(checksum.digest()).toEqual(checksumOf(algorithm, Buffer.concat(chunks)))
      }),
    )
  })

  test('reads a view from its own offset and does not keep the bytes', () => {
    const shared = Buffer.from('..123456789..')
    const checksum = createChecksum(algorithm)
    checksum.update(shared.subarray(2, 6))
    shared.fill(0, 2, 6)
    checksum.update(new Uint8Array(shared.buffer, shared.byteOffset + 6, 5))
    expect(checksum.digest()).toEqual(checksumOf(algorithm, Buffer.from('123456789')))
  })

  test('has digests of the length it says', () => {
    expect(checksumOf(algorithm, Buffer.from('x'))).toHaveLength(digestBytes(algorithm))
  })
})

test('two checksums of one algorithm do not disturb each other', () => {
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const one = createChecksum(algorithm)
    const other = createChecksum(algorithm)
    one.update(Buffer.from('one'))
    other.update(Buffer.from('other'))
    expect(one.digest()).toEqual(checksumOf(algorithm, Buffer.from('one')))
    expect(other.digest()).toEqual(checksumOf(algorithm, Buffer.from('other')))
  }
})
