import { expect, it } from 'vitest'
import { namedPrincipals, namedResources, previewQuestions } from './preview-questions.ts'

const policyOf = (...Statement: object[]): string => JSON.stringify({ Statement })

it('asks about what policies name, each pattern of keys by one key', () => {
  const text = policyOf(
    { Resource: ['arn:aws:s3:::photos', 'arn:aws:s3:::photos/docs/*'] },
    { Resource: 'arn:aws:s3:::pho?os/*.jpg' },
    { Resource: 'arn:aws:s3:::others/*' },
    { Resource: [7, null] },
  )
  expect(namedResources([text, 'no JSON', 'null'], ['photos'])).toEqual([
    'arn:aws:s3:::photos',
    'arn:aws:s3:::photos/docs/any-object',
    'arn:aws:s3:::photos/any-object.jpg',
  ])
  expect(namedResources([''], ['photos'])).toEqual(['arn:aws:s3:::photos', 'arn:aws:s3:::photos/any-object'])
  expect(namedResources([policyOf({ Resource: '*' })], ['a', 'b'])).toEqual([
    'arn:aws:s3:::a',
    'arn:aws:s3:::b',
    'arn:aws:s3:::a/any-object',
    'arn:aws:s3:::b/any-object',
  ])
  expect(namedResources([''], [])).toEqual([])
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
  const resources = Array.from({ length: 50 }, (_, index) => `arn:aws:s3:::b/${index}`)
  expect(previewQuestions(people, resources).length).toBe(200)
  expect(previewQuestions(['a', 'a'], ['arn:aws:s3:::b', 'arn:aws:s3:::b']).length).toBe(
    previewQuestions(['a'], ['arn:aws:s3:::b']).length,
  )
})
