import { GetBucketCorsCommand, PutBucketCorsCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, it } from 'vitest'
import { AccessRoom } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError, sdkError } from '../objects/object-room.ts'
import { bucketWith, CORS, corsXml } from './cors-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const prepare = (bucket: string) => room.set(bucket, 'cors', corsXml({}))

describeBucketRequest(() => room, { method: 'GET', ...CORS, prepare })

it('gives every rule as it was put, in their order', async () => {
  const Bucket = await room.bucket()
  const client = room.client()
  const CORSRules = [
    {
      ID: 'all',
      AllowedHeaders: ['*', 'X-Amz-*'],
      AllowedMethods: ['PUT', 'GET', 'POST', 'DELETE', 'HEAD'],
      AllowedOrigins: ['https://*.example.com', 'http://localhost:3000'],
      ExposeHeaders: ['ETag', 'x-amz-request-id'],
      MaxAgeSeconds: 3000,
    },
    { AllowedMethods: ['GET'], AllowedOrigins: ['*', 'https://ž.example/?a=1&b=<2>'], MaxAgeSeconds: 0 },
  ]
  await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }))
  expect((await client.send(new GetBucketCorsCommand({ Bucket }))).CORSRules).toEqual(CORSRules)
  client.destroy()
})

it('is the document of S3', async () => {
  const bucket = await bucketWith(room, { AllowedHeader: ['*'] })
  const { text, headers } = await room.must('owner', 'GET', bucket, undefined, CORS)
  expect(headers['content-type']).toBe('application/xml')
  expect(text).toContain('<CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><CORSRule>')
})

it('is for whom a policy allows s3:GetBucketCORS', async () => {
  const bucket = await bucketWith(room, {})
  await room.policy(bucket, { Action: 's3:GetBucketCORS' })
  await room.must('writer', 'GET', bucket, undefined, CORS)
  expectError(await room.ask('writer', 'DELETE', bucket, undefined, CORS), 403, 'AccessDenied')
})

it('knows of none where nobody put one', async () => {
  const Bucket = await room.bucket()
  const answer = await room.ask('owner', 'GET', Bucket, undefined, CORS)
  const element = expectError(answer, 404, 'NoSuchCORSConfiguration')
  expect([element('Message'), element('BucketName')]).toEqual([
    'The CORS configuration does not exist',
    Bucket,
  ])
  const client = room.client()
  const code = await sdkError(client.send(new GetBucketCorsCommand({ Bucket })))
  expect(code).toEqual([404, 'NoSuchCORSConfiguration'])
  client.destroy()
})
