import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CHECKSUM_ALGORITHMS, checksumOf } from '../base/checksums.ts'
import { S3Error } from './s3-error.ts'
import { checksumAlgorithm, expectedChecksum, headerName, readClaimedDigests } from './upload-checksum.ts'

const bytes = Buffer.from('hello\n')
const md5 = checksumOf('MD5', bytes)
const crc32 = checksumOf('CRC32', bytes)
const crc32Header = { 'x-amz-checksum-crc32': crc32.toString('base64') }

function refusal(run: () => unknown): S3Error {
  try {
    run()
  } catch (error) {
    if (error instanceof S3Error) return error
  }
  return expect.fail('no S3Error was thrown')
}

const refusalOf = (headers: Record<string, string>) => refusal(() => readClaimedDigests(headers))

describe('readClaimedDigests', () => {
  test('claims nothing where nothing is sent', () => {
    expect(readClaimedDigests({ 'content-length': '1', 'x-amz-checksum-mode': 'ENABLED' })).toEqual({})
  })

  test('passes over the headers of the prefix that carry no checksum', () => {
    const headers = {
      'x-amz-checksum-algorithm': 'CRC32',
      'x-amz-checksum-type': 'FULL_OBJECT',
      ...crc32Header,
    }
    expect(readClaimedDigests(headers).checksum?.algorithm).toBe('CRC32')
  })

  test.each(CHECKSUM_ALGORITHMS)('reads %s from its header', (algorithm) => {
    const expected = checksumOf(algorithm, bytes)
    const headers = { [headerName(algorithm)]: expected.toString('base64') }
    expect(readClaimedDigests(headers)).toEqual({ checksum: { algorithm, source: 'header', expected } })
  })

  test.each(CHECKSUM_ALGORITHMS)('reads %s as an announced trailer', (algorithm) => {
    const headers = { 'x-amz-trailer': headerName(algorithm), 'x-amz-sdk-checksum-algorithm': algorithm }
    expect(readClaimedDigests(headers)).toEqual({ checksum: { algorithm, source: 'trailer' } })
  })

  test('reads Content-MD5 beside a checksum', () => {
    const headers = { 'content-md5': md5.toString('base64'), ...crc32Header }
    expect(readClaimedDigests(headers)).toMatchObject({ md5, checksum: { expected: crc32 } })
  })

  test.each(['CRC32', 'crc32'])('takes %s for x-amz-sdk-checksum-algorithm', (name) => {
    const headers = { 'x-amz-sdk-checksum-algorithm': name, ...crc32Header }
    expect(readClaimedDigests(headers).checksum?.algorithm).toBe('CRC32')
  })
})

describe('Content-MD5', () => {
  test.each([
    ['empty', ''],
    ['not base64', 'dummy'],
    ['hexadecimal', md5.toString('hex')],
    ['of 15 bytes', md5.subarray(1).toString('base64')],
    ['of 17 bytes', Buffer.concat([md5, Buffer.of(0)]).toString('base64')],
    ['without its padding', md5.toString('base64').replaceAll('=', '')],
    ['with spaces inside', md5.toString('base64').replace('y', 'y ')],
    ['sent twice', `${md5.toString('base64')}, ${md5.toString('base64')}`],
  ])('%s is InvalidDigest', (_what, value) => {
    expect(refusalOf({ 'content-md5': value })).toMatchObject({
      code: 'InvalidDigest',
      status: 400,
      message: 'The Content-MD5 you specified was invalid.',
      fields: { 'Content-MD5': value },
    })
  })
})

describe('InvalidRequest', () => {
  test.each([
    [
      'an empty checksum',
      { 'x-amz-checksum-crc32': '' },
      'Value for x-amz-checksum-crc32 header is invalid.',
    ],
    [
      'a checksum of the wrong length',
      { 'x-amz-checksum-sha256': crc32.toString('base64') },
      'Value for x-amz-checksum-sha256 header is invalid.',
    ],
    [
      'a checksum that is not base64',
      { 'x-amz-checksum-crc32': '!!!!!!==' },
      'Value for x-amz-checksum-crc32 header is invalid.',
    ],
    [
      'two checksums',
      { ...crc32Header, 'x-amz-checksum-sha1': '' },
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    ],
    [
      'a checksum as header and another as trailer',
      { ...crc32Header, 'x-amz-trailer': 'x-amz-checksum-crc64nvme' },
      'Expecting a single x-amz-checksum- header',
    ],
    [
      'an algorithm that S3 does not know',
      { 'x-amz-checksum-crc16': 'AAA=' },
      'The algorithm type you specified in x-amz-checksum- header is invalid.',
    ],
    [
      'a trailer that is no checksum',
      { 'x-amz-trailer': 'x-amz-meta-a' },
      'The value specified in the x-amz-trailer header is not supported',
    ],
    [
      'two trailers',
      { 'x-amz-trailer': 'x-amz-checksum-crc32, x-amz-checksum-sha1' },
      'The value specified in the x-amz-trailer header is not supported',
    ],
    [
      'an SDK algorithm that S3 does not know',
      { ...crc32Header, 'x-amz-sdk-checksum-algorithm': 'CRC16' },
      'Value for x-amz-sdk-checksum-algorithm header is invalid.',
    ],
    [
      'an SDK algorithm alone',
      { 'x-amz-sdk-checksum-algorithm': 'CRC32' },
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    ],
  ])('for %s', (_what, headers, message) => {
    expect(refusalOf(headers as Record<string, string>)).toMatchObject({
      code: 'InvalidRequest',
      status: 400,
      message,
    })
  })
})

test.each([
  ['the checksum', { ...crc32Header, 'x-amz-sdk-checksum-algorithm': 'SHA256' }],
  ['the trailer', { 'x-amz-trailer': 'x-amz-checksum-crc32', 'x-amz-sdk-checksum-algorithm': 'SHA256' }],
])('BadDigest for an SDK algorithm other than %s', (_what, headers) => {
  expect(refusalOf(headers)).toMatchObject({
    code: 'BadDigest',
    message: 'The checksum is of CRC32, not of SHA256 as x-amz-sdk-checksum-algorithm says.',
  })
})

describe('checksumAlgorithm', () => {
  test.each(['SHA256', 'sha256'])('knows %s', (name) => {
    expect(checksumAlgorithm(name)).toBe('SHA256')
  })

  test.each(['', 'CRC16', 'crc32 '])('refuses %j', (name) => {
    const error = refusal(() => checksumAlgorithm(name))
    expect(error.code).toBe('InvalidRequest')
    expect(error.message).toContain('[CRC32, CRC32C, CRC64NVME,')
  })
})

test('any value of any header is a claim or an S3Error', () => {
  const names = [
    'content-md5',
    'x-amz-trailer',
    'x-amz-sdk-checksum-algorithm',
    'x-amz-checksum-',
    'x-amz-checksum-sha1',
  ]
  const headers = fc.dictionary(fc.constantFrom(...names), fc.string())
  const property = fc.property(headers, (headers) => {
    try {
      readClaimedDigests(headers)
      return true
    } catch (error) {
      return error instanceof S3Error
    }
  })
  expect(() => fc.assert(property)).not.toThrow()
})

describe('expectedChecksum', () => {
  const announced = readClaimedDigests({ 'x-amz-trailer': 'x-amz-checksum-crc32' })

  test('is undefined where the client claims none', () => {
    expect(expectedChecksum({ md5 }, {})).toBeUndefined()
  })

  test('is the header, whatever the trailers', () => {
    expect(expectedChecksum(readClaimedDigests(crc32Header), { 'x-amz-checksum-sha1': 'x' })).toEqual(crc32)
  })

  test('is the announced trailer', () => {
    expect(expectedChecksum(announced, crc32Header)).toEqual(crc32)
  })

  test('refuses a trailer that did not come', () => {
    expect(refusal(() => expectedChecksum(announced, {})).code).toBe('MalformedTrailerError')
  })

  test('refuses a trailer that is no value of its algorithm', () => {
    const error = refusal(() => expectedChecksum(announced, { 'x-amz-checksum-crc32': 'AAAA' }))
    expect(error.code).toBe('InvalidRequest')
    expect(error.message).toBe('Value for x-amz-checksum-crc32 trailing header is invalid.')
  })
})
