import { DeleteBucketOwnershipControlsCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, it } from 'vitest'
import { AccessRoom, shownGrants, writer } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const CONTROLS = { query: 'ownershipControls=' }
describeBucketRequest(() => room, { method: 'DELETE', ...CONTROLS })

it('answers 204, again and again', async () => {
  const bucket = await room.bucket()
  for (let time = 0; time < 2; time++) {
    expect((await room.must('owner', 'DELETE', bucket, undefined, CONTROLS)).status).toBe(204)
  }
  const client = room.client()
  const { $metadata } = await client.send(new DeleteBucketOwnershipControlsCommand({ Bucket: bucket }))
  expect($metadata.httpStatusCode).toBe(204)
  client.destroy()
})

it('leaves objects to their writers', async () => {
  const bucket = await room.bucket({
    'x-amz-object-ownership': 'BucketOwnerPreferred',
    'x-amz-acl': 'public-read-write',
  })
  await room.set(bucket, 'ownershipControls')
  await room.put(bucket, 'key', { 'x-amz-acl': 'bucket-owner-full-control' }, 'writer')
  expect(shownGrants(await room.must('writer', 'GET', bucket, 'key', { query: 'acl=' })).owner).toBe(
    writer.canonicalId,
  )
})
