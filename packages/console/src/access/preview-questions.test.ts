import { expect, it } from 'vitest'
import {
  accessPointHolder,
  bucketHolder,
  type Holder,
  namedPrincipals,
  namedResources,
  previewQuestions,
} from './preview-questions.ts'

const policyOf = (...Statement: object[]): string => JSON.stringify({ Statement })

it('asks about what policies name, each pattern of keys by one key', () => {
  const text = policyOf(
    { Resource: ['arn:aws:s3:::photos', 'arn:aws:s3:::photos/docs/*'] },
    { Resource: 'arn:aws:s3:::pho?os/*.jpg' },
    { Resource: 'arn:aws:s3:::others/*' },
    { Resource: [7, null] },
  )
  const named = (policies: readonly string[], ...holders: readonly Holder[]) =>
    namedResources(policies, holders).map(
      ({ resource, isObject }) => `${resource}${isObject ? '' : ' itself'}`,
    )
  const photos = bucketHolder('photos')
  expect(named([text, 'no JSON', 'null'], photos)).toEqual([
    'arn:aws:s3:::photos itself',
    'arn:aws:s3:::photos/docs/any-object',
    'arn:aws:s3:::photos/any-object.jpg',
  ])
  expect(named([''], photos)).toEqual(['arn:aws:s3:::photos itself', 'arn:aws:s3:::photos/any-object'])
  expect(named([policyOf({ Resource: '*' })], bucketHolder('a'), bucketHolder('b'))).toEqual([
    'arn:aws:s3:::a itself',
    'arn:aws:s3:::b itself',
    'arn:aws:s3:::a/any-object',
    'arn:aws:s3:::b/any-object',
  ])
  expect(named([''])).toEqual([])
  const arn = 'arn:aws:s3:us-east-1:100000000001:accesspoint/team'
  const ofPoint = policyOf({ Resource: [`${arn}/object/docs/?*`, `${arn}-other/object/*`] })
  expect(named([ofPoint], accessPointHolder(arn))).toEqual([
    `${arn} itself`,
    `${arn}/object/docs/xany-object`,
  ])
})

it('asks about whom policies name', () => {
  const text = policyOf(
    { Principal: '*' },
    { Principal: { AWS: 'arn:aws:iam::100000000003:root' } },
    { Principal: { AWS: ['100000000002', 'arn:aws:iam::100000000001:user/a'], Service: 's3.amazonaws.com' } },
    { NotPrincipal: { CanonicalUser: 'abc' } },
  )
  expect(namedPrincipals([text, '{'])).toEqual([
    'anonymous',
    '100000000003',
    '100000000002',
    'arn:aws:iam::100000000001:user/a',
    'abc',
  ])
})

it('asks no more than is answered at once', () => {
  const people = Array.from({ length: 50 }, (_, index) => `user/${index}`)
  const resources = Array.from({ length: 50 }, (_, index) => ({
    resource: `arn:aws:s3:::b/${index}`,
    isObject: true,
  }))
  expect(previewQuestions(people, resources).length).toBe(200)
  expect(previewQuestions(['a', 'a'], resources.slice(0, 1))).toEqual(
    previewQuestions(['a'], resources.slice(0, 1)),
  )
})
