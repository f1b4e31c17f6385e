import { DeleteBucketIntelligentTieringConfigurationCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, it } from 'vitest'
import { AccessRoom } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError } from '../objects/object-room.ts'
import { ONE, putTiering, tieringIds, tieringOf } from './tiering-configurations.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

describeBucketRequest(() => room, {
  method: 'DELETE',
  ...ONE,
  prepare: (bucket) => putTiering(room, bucket, 'one'),
})

it('answers 204 with nothing, and ends the configuration of that id alone', async () => {
  const bucket = await room.bucket()
  for (const id of ['one', 'two', 'three']) await putTiering(room, bucket, id)
  const answer = await room.must('owner', 'DELETE', bucket, undefined, ONE)
  expect([answer.status, answer.text]).toEqual([204, ''])
  expect(await tieringIds(room, bucket)).toEqual(['three', 'two'])
  const client = room.client()
  const { $metadata } = await client.send(
    new DeleteBucketIntelligentTieringConfigurationCommand({ Bucket: bucket, Id: 'two' }),
  )
  client.destroy()
  expect($metadata.httpStatusCode).toBe(204)
  expect(await tieringIds(room, bucket)).toEqual(['three'])
})

it('knows no other id', async () => {
  const bucket = await room.bucket()
  await putTiering(room, bucket, 'two')
  expectError(await room.ask('owner', 'DELETE', bucket, undefined, ONE), 404, 'NoSuchConfiguration')
  await room.must('owner', 'DELETE', bucket, undefined, { query: tieringOf('two') })
  expectError(
    await room.ask('owner', 'DELETE', bucket, undefined, { query: tieringOf('two') }),
    404,
    'NoSuchConfiguration',
  )
})

it('is for whom a policy allows s3:PutIntelligentTieringConfiguration', async () => {
  const bucket = await room.bucket()
  await putTiering(room, bucket, 'one')
  await room.policy(bucket, { Action: 's3:PutIntelligentTieringConfiguration' })
  await room.must('writer', 'DELETE', bucket, undefined, ONE)
  expect(await tieringIds(room, bucket)).toEqual([])
})
