import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { S3Error } from './s3-error.ts'
import {
  assertHeaderSectionSize,
  assertUserMetadata,
  metadataFromHeader,
  metadataToHeader,
} from './user-metadata.ts'

function refusal(run: () => unknown): S3Error {
  try {
    run()
  } catch (error) {
    if (error instanceof S3Error) return error
  }
  return expect.fail('no S3Error was thrown')
}

describe('assertUserMetadata', () => {
  test('takes 2,048 bytes of names and values', () => {
    expect(() => assertUserMetadata({ key: 'a'.repeat(2045) })).not.toThrow()
    expect(() => assertUserMetadata({ abcd: 'a'.repeat(1000), efgh: 'b'.repeat(1040) })).not.toThrow()
    expect(() => assertUserMetadata({})).not.toThrow()
  })

  test('refuses one byte more, with the size and the limit', () => {
    const error = refusal(() => assertUserMetadata({ key: 'a'.repeat(2046) }))
    expect(error).toMatchObject({
      code: 'MetadataTooLarge',
      status: 400,
      message: 'Your metadata headers exceed the maximum allowed metadata size',
      fields: { Size: '2049', MaxSizeAllowed: '2048' },
    })
  })

  test('counts the names, and all entries together', () => {
    const many = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`key-${index}`, 'a'.repeat(25)]),
    )
    expect(refusal(() => assertUserMetadata(many)).fields['Size']).toBe('3090')
    expect(refusal(() => assertUserMetadata({ ['n'.repeat(2049)]: '' })).code).toBe('MetadataTooLarge')
  })

  test('counts UTF-8 bytes, not characters', () => {
    expect(() => assertUserMetadata({ k: 'ü'.repeat(1023) })).not.toThrow()
    expect(refusal(() => assertUserMetadata({ k: 'ü'.repeat(1024) })).fields['Size']).toBe('2049')
  })

  test.each(['a b', 'a:b', 'ü', 'a\n', 'a(b)'])('refuses the name %j', (name) => {
    const error = refusal(() => assertUserMetadata({ [name]: 'value' }))
    expect(error).toMatchObject({ code: 'InvalidArgument', fields: { ArgumentValue: name } })
  })

  test('takes the names that a header may have', () => {
    expect(() => assertUserMetadata({ 'a-b_c.d~!#$': 'value' })).not.toThrow()
  })
})

describe('metadata in headers', () => {
  test.each([
    ['plain', 'plain'],
    ['', ''],
    ['=?UTF-8?B?w4RNw4Raw5XDkSBTMw==?=', 'ÄMÄZÕÑ S3'],
    ['=?utf-8?q?=C3=84M_S3?=', 'ÄM S3'],
    ['=?ISO-8859-1?Q?=C4M?=', 'ÄM'],
    ['before =?UTF-8?Q?=C3=84?= after', 'before Ä after'],
    ['=?UTF-8?Q?=C3=84?= =?UTF-8?Q?=C3=96?=', 'ÄÖ'],
    ['=?KOI8-R?B?4Q==?=', '=?KOI8-R?B?4Q==?='],
    ['=?UTF-8?X?abc?=', '=?UTF-8?X?abc?='],
    ['a =? b', 'a =? b'],
  ])('%j is stored as %j', (header, value) => {
    expect(metadataFromHeader(header)).toBe(value)
  })

  test('raw UTF-8 in a header is taken as ISO 8859-1, as in the documentation', () => {
    const asNodeReadsIt = Buffer.from('ÄMÄZÕÑ S3').toString('latin1')
    const header = metadataToHeader(metadataFromHeader(asNodeReadsIt))
    expect(header).toBe('=?UTF-8?B?w4PChE3Dg8KEWsODwpXDg8KRIFMz?=')
  })

  test('US-ASCII comes back as it is, all else as an encoded word', () => {
    expect(metadataToHeader('AMAZONS3 ~!')).toBe('AMAZONS3 ~!')
    expect(metadataToHeader('Ä')).toBe('=?UTF-8?B?w4Q=?=')
    expect(metadataToHeader('a\u0001')).toBe('=?UTF-8?B?YQE=?=')
  })

  test('a value beyond US-ASCII survives the way out and in again, as a legal header', () => {
    const property = fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const value = `ü${text.replaceAll('=?', '')}`
      const header = metadataToHeader(value)
      return /^[\x20-\x7e]*$/.test(header) && metadataFromHeader(header) === value
    })
    expect(() => fc.assert(property)).not.toThrow()
  })

  test('any header is taken', () => {
    const part = fc.oneof(fc.constantFrom('=?', '?=', '?', 'UTF-8', '?B?', '?Q?', ' ', '='), fc.string())
    const header = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''))
    const property = fc.property(header, (header) => typeof metadataFromHeader(header) === 'string')
    expect(() => fc.assert(property)).not.toThrow()
  })

  test('a hostile header costs no more than its length', () => {
    const start = performance.now()
    metadataFromHeader('=?UTF-8?B?'.repeat(5000))
    metadataFromHeader(`=?UTF-8?B??=${' '.repeat(50_000)}=?UTF-8?B?`)
    expect(performance.now() - start).toBeLessThan(1000)
  })
})

describe('assertHeaderSectionSize', () => {
  test('takes 8,192 bytes of headers and query', () => {
    expect(() => assertHeaderSectionSize({ abc: 'v'.repeat(8189 - 3) }, 'x=1')).not.toThrow()
  })

  test('refuses one more', () => {
    expect(refusal(() => assertHeaderSectionSize({ abc: 'v'.repeat(8190 - 3) }, 'x=1'))).toMatchObject({
      code: 'RequestHeaderSectionTooLarge',
      status: 400,
      fields: { MaxSizeAllowed: '8192' },
    })
  })
})
