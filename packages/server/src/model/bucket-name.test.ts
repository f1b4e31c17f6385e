import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AccountRegionalNamespace, assertValidBucketName } from './bucket-name.ts'
import { S3Error } from './s3-error.ts'

function refusal(name: string, namespace?: AccountRegionalNamespace): S3Error | undefined {
  try {
    assertValidBucketName(name, namespace)
  } catch (error) {
    if (error instanceof S3Error) return error
    throw error
  }
  return undefined
}

describe('a valid name', () => {
  test.each([
    ['three characters', 'abc'],
    ['63 characters', 'a'.repeat(63)],
    ['digits alone', '123'],
    ['periods', 'example.com'],
    ['two hyphens', 'a--b'],
    ['five groups of digits', '1.2.3.4.5'],
    ['groups of digits too long for an address', '1234.1.1.1'],
    ['a hyphen in the middle of a label', 'a.b-c.d'],
    ['a reserved prefix elsewhere', 'my-xn--bucket'],
    ['a reserved suffix elsewhere', 'my-s3alias-bucket'],
    ['an as the end of a word', 'my-plan'],
  ])('may have %s', (_what, name) => {
    expect(refusal(name)).toBeUndefined()
  })
})

describe('a name is refused', () => {
  test.each([
    ['empty', ''],
    ['of two characters', 'ab'],
    ['of 64 characters', 'a'.repeat(64)],
    ['with an upper-case letter', 'Bucket'],
    ['with an underscore', 'my_bucket'],
    ['with a space', 'my bucket'],
    ['with a letter beyond ASCII', 'bücket'],
    ['with a line feed at the end', 'bucket\n'],
    ['with a slash', 'a/b'],
    ['that begins with a hyphen', '-bucket'],
    ['that begins with a period', '.bucket'],
    ['that ends with a hyphen', 'bucket-'],
    ['that ends with a period', 'bucket.'],
    ['with two adjacent periods', 'my..bucket'],
    ['with a label that begins with a hyphen', 'foo.-bar'],
    ['with a label that ends with a hyphen', 'foo-.bar'],
    ['like an IP address', '192.168.5.4'],
    ['like an IP address that cannot be', '999.999.999.999'],
    ['with the prefix xn--', 'xn--bucket'],
    ['with the prefix sthree-', 'sthree-bucket'],
    ['with the prefix sthree-configurator', 'sthree-configurator.a'],
    ['with the prefix amzn-s3-demo-', 'amzn-s3-demo-bucket'],
    ['with the suffix -s3alias', 'bucket-s3alias'],
    ['with the suffix --ol-s3', 'bucket--ol-s3'],
    ['with the suffix .mrap', 'bucket.mrap'],
    ['with the suffix --x-s3', 'bucket--usw2-az1--x-s3'],
    ['with the suffix --table-s3', 'bucket--table-s3'],
    ['with the suffix -an', 'bucket-an'],
  ])('%s', (_what, name) => {
    expect(refusal(name)).toMatchObject({
      code: 'InvalidBucketName',
      status: 400,
      message: 'The specified bucket is not valid.',
      fields: { BucketName: name },
    })
  })

  test('whatever else it is, if it has a character that is not allowed', () => {
    const name = fc.string({ unit: 'grapheme', maxLength: 63 }).filter((name) => /[^a-z0-9.-]/.test(name))
    const property = fc.property(name, (name) => refusal(name)?.code === 'InvalidBucketName')
    expect(() => fc.assert(property)).not.toThrow()
  })
})

describe('in the account regional namespace', () => {
  const namespace = { accountId: '111122223333', region: 'us-west-2' }

  test('a name ends with account, region and -an', () => {
    expect(refusal('logs-111122223333-us-west-2-an', namespace)).toBeUndefined()
  })

  test.each([
    'logs',
    'logs-an',
    '-111122223333-us-west-2-an',
    'logs-444455556666-us-west-2-an',
    'logs-111122223333-eu-west-1-an',
    'Logs-111122223333-us-west-2-an',
  ])('%s is refused', (name) => {
    expect(refusal(name, namespace)?.code).toBe('InvalidBucketName')
  })
})
