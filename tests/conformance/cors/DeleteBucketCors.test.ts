import { DeleteBucketCorsCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, it } from 'vitest'
import { AccessRoom } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { bucketWith, CORS, expectNoCors, preflight } from './cors-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

describeBucketRequest(() => room, { method: 'DELETE', ...CORS })

it('answers 204, again and again', async () => {
  const bucket = await bucketWith(room, {})
  for (let time = 0; time < 2; time++) {
    expect((await room.must('owner', 'DELETE', bucket, undefined, CORS)).status).toBe(204)
  }
  const client = room.client()
  const { $metadata } = await client.send(new DeleteBucketCorsCommand({ Bucket: bucket }))
  expect($metadata.httpStatusCode).toBe(204)
  client.destroy()
})

it('ends the rules at once, and nothing else', async () => {
  const bucket = await bucketWith(room, {})
  await room.policy(bucket, { Action: 's3:GetObject' })
  await room.must('owner', 'DELETE', bucket, undefined, CORS)
  expectError(await room.ask('owner', 'GET', bucket, undefined, CORS), 404, 'NoSuchCORSConfiguration')
  const origin = 'https://a.example'
  expectError(await preflight(room, bucket, 'key', { origin, method: 'GET' }), 403, 'AccessForbidden')
  expectNoCors(await room.must('owner', 'GET', bucket, undefined, { headers: { origin } }))
  await room.must('owner', 'GET', bucket, undefined, { query: 'policy=' })
})

it('is for whom a policy allows s3:PutBucketCORS', async () => {
  const bucket = await bucketWith(room, {})
  await room.policy(bucket, { Action: 's3:PutBucketCORS' })
  expectSuccess(await room.ask('writer', 'DELETE', bucket, undefined, CORS), 204)
})
