import { expect, it } from 'vitest'
import { renameInPolicy } from './rename-in-policy.ts'

it.each([
  ['arn:aws:s3:::a', 'arn:aws:s3:::b'],
  ['arn:aws:s3:::a/*', 'arn:aws:s3:::b/*'],
  ['arn:aws:s3:::ab', 'arn:aws:s3:::ab'],
  ['arn:aws:s3express:us-east-1:100000000001:bucket/a', 'arn:aws:s3express:us-east-1:100000000001:bucket/b'],
  [
    'arn:aws:s3express:us-east-1:100000000001:bucket/ab',
    'arn:aws:s3express:us-east-1:100000000001:bucket/ab',
  ],
])('a policy of another bucket says %s as %s', (before, after) => {
  expect(renameInPolicy(`{"Resource":"${before}"}`, { from: 'a', to: 'b' })).toBe(`{"Resource":"${after}"}`)
})
