import { DeleteBucketPolicyCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, it } from 'vitest'
import { AccessRoom } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const POLICY = { query: 'policy=' }
describeBucketRequest(() => room, { method: 'DELETE', ...POLICY })

it('answers 204, again and again, and what the policy said holds no more', async () => {
  const bucket = await room.bucket()
  await room.put(bucket, 'key')
  await room.policy(bucket, { Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*` })
  expectSuccess(await room.ask('anonymous', 'GET', bucket, 'key'))
  for (let time = 0; time < 2; time++) {
    expect((await room.must('owner', 'DELETE', bucket, undefined, POLICY)).status).toBe(204)
  }
  expectError(await room.ask('anonymous', 'GET', bucket, 'key'), 403, 'AccessDenied')
  const client = room.client()
  const { $metadata } = await client.send(new DeleteBucketPolicyCommand({ Bucket: bucket }))
  expect($metadata.httpStatusCode).toBe(204)
  client.destroy()
})

it('a bucket made anew under the same name has no policy', async () => {
  const bucket = await room.bucket()
  await room.policy(bucket, { Action: 's3:ListBucket', Resource: `arn:aws:s3:::${bucket}` })
  await room.must('owner', 'DELETE', bucket)
  await room.must('owner', 'PUT', bucket)
  expectError(await room.ask('owner', 'GET', bucket, undefined, POLICY), 404, 'NoSuchBucketPolicy')
  expectError(await room.ask('anonymous', 'GET', bucket), 403, 'AccessDenied')
})
