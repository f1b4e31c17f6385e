import { DeleteBucketAnalyticsConfigurationCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, it } from 'vitest'
import { AccessRoom } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError, expectSuccess, sdkError } from '../objects/object-room.ts'
import { analyticsIds, analyticsOf, putAnalytics } from './analytics-documents.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const ONE = { query: analyticsOf('one') }

// Asked a second time by another name of the header there is nothing left to delete: each time there are two.
describeBucketRequest(() => room, {
  method: 'DELETE',
  ...ONE,
  prepare: (bucket) => putAnalytics(room, bucket, 'one'),
})

it('deletes the one configuration', async () => {
  const Bucket = await room.bucket()
  await putAnalytics(room, Bucket, 'one')
  await putAnalytics(room, Bucket, 'two')
  expectSuccess(await room.ask('owner', 'DELETE', Bucket, undefined, ONE), 204)
  expect(await analyticsIds(room, Bucket)).toEqual(['two'])
  const client = room.client()
  await client.send(new DeleteBucketAnalyticsConfigurationCommand({ Bucket, Id: 'two' }))
  expect(await analyticsIds(room, Bucket)).toEqual([])
  const again = client.send(new DeleteBucketAnalyticsConfigurationCommand({ Bucket, Id: 'two' }))
  expect(await sdkError(again)).toEqual([404, 'NoSuchConfiguration'])
  client.destroy()
})

it('is for whom a policy allows s3:PutAnalyticsConfiguration', async () => {
  const bucket = await room.bucket()
  await putAnalytics(room, bucket, 'one')
  expectError(await room.ask('writer', 'DELETE', bucket, undefined, ONE), 403, 'AccessDenied')
  await room.policy(bucket, { Action: 's3:PutAnalyticsConfiguration' })
  expectSuccess(await room.ask('writer', 'DELETE', bucket, undefined, ONE), 204)
})
