import { DeletePublicAccessBlockCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, it } from 'vitest'
import { AccessRoom } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const BLOCK = { query: 'publicAccessBlock=' }
describeBucketRequest(() => room, { method: 'DELETE', ...BLOCK, prepare: (bucket) => room.block(bucket) })

it('answers 204, again and again, and opens what was blocked', async () => {
  const bucket = await room.bucket({ 'x-amz-acl': 'public-read' })
  await room.block(bucket, 'IgnorePublicAcls')
  expectError(await room.ask('anonymous', 'GET', bucket), 403, 'AccessDenied')
  for (let time = 0; time < 2; time++) {
    expect((await room.must('owner', 'DELETE', bucket, undefined, BLOCK)).status).toBe(204)
  }
  expectSuccess(await room.ask('anonymous', 'GET', bucket))
  const client = room.client()
  const { $metadata } = await client.send(new DeletePublicAccessBlockCommand({ Bucket: bucket }))
  expect($metadata.httpStatusCode).toBe(204)
  client.destroy()
})
