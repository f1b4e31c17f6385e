import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  accessPointAlias,
  accessPointArn,
  accessPointOfBucketName,
  parseAccessPointArn,
} from './access-point-arn.ts'
import { assertValidBucketName } from './bucket-name.ts'

const region = 'eu-west-1'
const accountId = '100000000001'
const names = fc
  .stringMatching(/^[a-z0-9][a-z0-9-]{1,48}[a-z0-9]$/)
  .filter((name) => !/-s3(alias)?$/.test(name))

it('reads what it writes', () => {
  fc.assert(
    fc.property(names, fc.option(fc.string({ minLength: 1 }), { nil: undefined }), (name, key) => {
      const arn = accessPointArn(region, { accountId, name })
      const parsed = parseAccessPointArn(key === undefined ? arn : `${arn}/object/${key}`)
      const rest = key === undefined ? {} : { rest: `object/${key}` }
      expect(parsed).toEqual({ region, accountId, name, ...rest })
      expect(accessPointOfBucketName(arn)).toEqual({ region, accountId, name })
    }),
  )
})

it.each([
  '',
  'arn:',
  'arn:aws:s3:::bucket',
  `arn:aws:s3:${region}:1:accesspoint/abc`,
  `arn:aws:s3::${accountId}:accesspoint/abc`,
  `arn:aws:s3:${region}:${accountId}:accesspoint/`,
  `arn:aws:s3:${region}:${accountId}:accesspoints/abc`,
  `arn:aws:s3-object-lambda:${region}:${accountId}:accesspoint/abc`,
  `arn:aws:s3:${region}:${accountId}:accesspoint/abc/`,
  ` arn:aws:s3:${region}:${accountId}:accesspoint/abc`,
])('%j is no ARN of an access point', (text) => {
  expect(parseAccessPointArn(text)).toBeUndefined()
  expect(accessPointOfBucketName(text)).toBeUndefined()
})

it('an alias is a name that a bucket could have, but for its end', () => {
  fc.assert(
    fc.property(names, (name) => {
      const alias = accessPointAlias(name, '0123456789abcdef0123456789abcdef01')
      expect(alias.length).toBeLessThanOrEqual(63)
      expect(alias).toMatch(/^[a-z0-9][a-z0-9-]*-[a-z0-9]{34}-s3alias$/)
      expect(() => assertValidBucketName(alias)).toThrow('not valid')
      expect(accessPointOfBucketName(alias)).toEqual({ alias })
    }),
  )
})
