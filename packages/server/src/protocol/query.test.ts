import fc from 'fast-check'
import { expect, it } from 'vitest'
import { S3Error } from '../model/s3-error.ts'
import { parseQuery } from './query.ts'

it.each([
  ['', []],
  ['acl', [['acl', '']]],
  ['acl=', [['acl', '']]],
  ['&&acl&', [['acl', '']]],
  [
    'prefix=a+b%2Bc&delimiter=%2F',
    [
      ['prefix', 'a b+c'],
      ['delimiter', '/'],
    ],
  ],
  ['a=b=c', [['a', 'b=c']]],
  ['=x', [['', 'x']]],
  ['__proto__=1', [['__proto__', '1']]],
  ['max%2Dkeys=1', [['max-keys', '1']]],
])('%s', (raw, expected) => {
  expect([...parseQuery(raw)]).toEqual(expected)
})

it('tells each query apart from the one before', () => {
  const signature = `X-Amz-Signature=${'0'.repeat(64)}`
  for (const raw of ['acl', `acl&${signature}`, `${signature}&uploads`, signature, 'acl', ''])
    expect([...parseQuery(raw).keys()]).toEqual(raw.match(/acl|uploads/g) ?? [])
})

it('leaves out what is of a signature alone', () => {
  const raw = 'X-Amz-Date=%zz&x-amz-date=1&X-Amz-Security-Token=t&X-Amz-Signature=ab&X-Amz-Signature2=c&acl'
  expect([...parseQuery(raw)]).toEqual([
    ['x-amz-date', '1'],
    ['X-Amz-Signature2', 'c'],
    ['acl', ''],
  ])
})

it('takes the first of repeated keys', () => {
  expect(parseQuery('prefix=a&prefix=b').get('prefix')).toBe('a')
})

it.each(['a=%', 'a=%f', '%ff=1', 'a=%c3'])('refuses %s', (raw) => {
  expect(() => parseQuery(raw)).toThrow(expect.objectContaining({ code: 'InvalidURI' }))
})

it('reads what URLSearchParams writes', () => {
  const pairs = fc.uniqueArray(fc.tuple(fc.string(), fc.string()), { selector: ([key]) => key })
  fc.assert(
    fc.property(pairs, (list) => {
      const written = new URLSearchParams(list).toString()
      expect([...parseQuery(written)]).toEqual(list)
    }),
  )
})

it('gives a query or an S3 error for any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('&', '=', '%', '4', 'c', '+', 'x', '\u00e9') }), (raw) => {
      expect([undefined, 'InvalidURI']).toContain(refusalOf(raw))
    }),
  )
})

function refusalOf(raw: string): string | undefined {
  try {
    parseQuery(raw)
  } catch (error) {
    if (error instanceof S3Error) return error.code
    throw error
  }
  return undefined
}
