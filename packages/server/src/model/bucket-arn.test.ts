import { expect, it } from 'vitest'
import { bucketNameOfArn, objectOfArn } from './bucket-arn.ts'

it('knows buckets of every partition, and nothing else', () => {
  for (const partition of ['aws', 'aws-cn', 'aws-us-gov'])
    expect(bucketNameOfArn(`arn:${partition}:s3:::my.bucket-1`)).toBe('my.bucket-1')
  for (const arn of [
    'my-bucket',
    'arn:aws:s3:::',
    'arn:aws:s3:::Bad_Name',
    'arn:aws:s3:::bucket/key',
    `arn:aws:s3:::${'b'.repeat(64)}`,
    'arn:aws:s3:us-east-1:111122223333:accesspoint/point',
    'arn:minio:s3:::bucket',
  ])
    expect(bucketNameOfArn(arn)).toBeUndefined()
})

it('knows objects of buckets of every partition, and nothing else', () => {
  for (const partition of ['aws', 'aws-cn'])
    for (const key of ['a', 'a/b', '/a', 'a\nb'])
      expect(objectOfArn(`arn:${partition}:s3:::my.bucket-1/${key}`)).toEqual({
        bucketName: 'my.bucket-1',
        key,
      })
  for (const arn of [
    'arn:aws:s3:::my-bucket',
    'arn:aws:s3:::my-bucket/',
    'arn:aws:s3:::/key',
    'arn:aws:s3:us-east-1:111122223333:accesspoint/point/object/key',
    'arn:minio:s3:::my-bucket/key',
    'my-bucket/key',
    '',
  ])
    expect(objectOfArn(arn)).toBeUndefined()
})
