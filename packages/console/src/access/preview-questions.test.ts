import { expect, it } from 'vitest'
import {
  accessPointHolder,
  bucketHolder,
  type Holder,
  namedPrincipals,
  namedResources,
  previewQuestions,
} from './preview-questions.ts'

const SESSION = { region: 'us-east-1', account: '100000000001' }

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
      ({ resource, kind }) => `${resource}${kind === 'object' ? '' : ' itself'}`,
    )
  const photos = bucketHolder('photos', SESSION)
  expect(named([text, 'no JSON', 'null'], photos)).toEqual([
    'arn:aws:s3:::photos itself',
    'arn:aws:s3:::photos/docs/any-object',
    'arn:aws:s3:::photos/any-object.jpg',
  ])
  expect(named([''], photos)).toEqual(['arn:aws:s3:::photos itself', 'arn:aws:s3:::photos/any-object'])
  expect(
    named([policyOf({ Resource: '*' })], bucketHolder('a', SESSION), bucketHolder('b', SESSION)),
  ).toEqual([
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

it('asks about a directory bucket as a whole, by the modes of its sessions', () => {
  const arn = 'arn:aws:s3express:us-east-1:100000000001:bucket/fast--use1-az4--x-s3'
  const fast = bucketHolder('fast--use1-az4--x-s3', SESSION)
  const holders = [bucketHolder('photos', SESSION), fast]
  const asked = { resource: arn, kind: 'directory' } as const
  expect(namedResources([policyOf({ Resource: `${arn.slice(0, -10)}*` })], holders)).toEqual([asked])
  expect(namedResources([''], [fast])).toEqual([asked])
  expect(namedResources([policyOf({ Resource: '*' })], holders).map(({ kind }) => kind)).toEqual([
    'bucket',
    'directory',
    'object',
  ])
  const questions = previewQuestions(['user/a'], [asked])
  expect(questions.slice(0, 2).map(({ action, context }) => [action, context])).toEqual([
    ['s3express:CreateSession', { 's3express:SessionMode': 'ReadOnly' }],
    ['s3express:CreateSession', { 's3express:SessionMode': 'ReadWrite' }],
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
    kind: 'object' as const,
  }))
  expect(previewQuestions(people, resources).length).toBe(200)
  expect(previewQuestions(['a', 'a'], resources.slice(0, 1))).toEqual(
    previewQuestions(['a'], resources.slice(0, 1)),
  )
})
