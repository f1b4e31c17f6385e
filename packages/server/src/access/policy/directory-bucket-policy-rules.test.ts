import { describe, expect, it } from 'vitest'
import { isDirectoryBucketAction } from './directory-bucket-policy-rules.ts'

describe('actions of directory bucket policies', () => {
  it.each([
    's3express:CreateSession',
    'S3EXPRESS:createsession',
    's3express:*',
    's3express:Create*',
    's3express:?reateSession',
  ])('are %s', (action) => expect(isDirectoryBucketAction(action)).toBe(true))
  it.each([
    's3express:DeleteBucket',
    's3express:Delete*',
    's3:GetObject',
    '*',
    's3*:CreateSession',
    's3express:CreateSession2',
  ])('are not %s', (action) => expect(isDirectoryBucketAction(action)).toBe(false))
})
