import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseCopySource } from './copy-source.ts'

it.each([
  ['b/k', { bucket: 'b', key: 'k' }],
  ['/b/k', { bucket: 'b', key: 'k' }],
  ['b//k', { bucket: 'b', key: '/k' }],
  ['b/a%20b%2Fc', { bucket: 'b', key: 'a b/c' }],
  ['b%2Fa/b', { bucket: 'b', key: 'a/b' }],
  ['%2Fb%2Fk', { bucket: 'b', key: 'k' }],
  ['b/a b é', { bucket: 'b', key: 'a b é' }],
  ['b/a+b%2Bc', { bucket: 'b', key: 'a b+c' }],
  ['b/a?b', { bucket: 'b', key: 'a?b' }],
  [
    'arn:aws:s3:us-east-1:100000000001:accesspoint/abc/object/a%2Fb/object/c?versionId=v',
    {
      bucket: 'arn:aws:s3:us-east-1:100000000001:accesspoint/abc',
      key: 'a/b/object/c',
      accessPoint: { region: 'us-east-1', accountId: '100000000001', name: 'abc' },
      versionId: 'v',
    },
  ],
  ['abc-x-s3alias/k', { bucket: 'abc-x-s3alias', key: 'k', accessPoint: { alias: 'abc-x-s3alias' } }],
  ['b/k?versionId=null', { bucket: 'b', key: 'k', versionId: 'null' }],
  ['b/k%3FversionId=x?versionId=a%2Bb', { bucket: 'b', key: 'k?versionId=x', versionId: 'a+b' }],
])('%s', (value, expected) => {
  expect(parseCopySource(value)).toEqual(expected)
})

it.each([
  ['', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey'],
  ['b', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey'],
  ['b/', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey'],
  ['//k', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey'],
  ['b/%zz', 'Invalid copy source encoding.'],
  ['b/k?versionId=', 'Version id cannot be the empty string'],
  ['arn:aws:s3:::b/k', 'Invalid copy source object ARN'],
  ['arn:aws:s3:us-east-1:100000000001:accesspoint/abc', 'Invalid copy source object ARN'],
  ['arn:aws:s3:us-east-1:100000000001:accesspoint/abc/k', 'Invalid copy source object ARN'],
  ['arn:aws:s3:us-east-1:100000000001:accesspoint/abc/object/', 'Invalid copy source object ARN'],
])('%s is refused', (value, message) => {
  expect(() => parseCopySource(value)).toThrow(
    expect.objectContaining({
      code: 'InvalidArgument',
      message,
      fields: { ArgumentName: 'x-amz-copy-source', ArgumentValue: value },
    }),
  )
})

it('gives back every key that a client encodes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (key) => {
      fc.pre(key.isWellFormed())
      expect(parseCopySource(`b/${encodeURIComponent(key)}?versionId=v`)).toEqual({
        bucket: 'b',
        key,
        versionId: 'v',
      })
    }),
  )
})
