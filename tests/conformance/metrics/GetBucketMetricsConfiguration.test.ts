import { GetBucketMetricsConfigurationCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, it } from 'vitest'
import { xmlTexts } from '../../support/raw-request.ts'
import { AccessRoom } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError, expectSuccess, sdkError } from '../objects/object-room.ts'
import { metricsOf, putMetrics } from './metrics-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const ONE = { query: metricsOf('one') }

describeBucketRequest(() => room, {
  method: 'GET',
  ...ONE,
  prepare: (bucket) => putMetrics(room, bucket, 'one'),
})

it('tells the configuration as it was put', async () => {
  const bucket = await room.bucket()
  await putMetrics(room, bucket, 'one', '<Prefix>a&amp;b</Prefix>')
  const { text } = await room.must('owner', 'GET', bucket, undefined, ONE)
  expect([xmlTexts(text, 'Id'), xmlTexts(text, 'Prefix')]).toEqual([['one'], ['a&b']])
})

it('knows no other', async () => {
  const Bucket = await room.bucket()
  expectError(await room.ask('owner', 'GET', Bucket, undefined, ONE), 404, 'NoSuchConfiguration')
  const client = room.client()
  const sent = client.send(new GetBucketMetricsConfigurationCommand({ Bucket, Id: 'one' }))
  expect(await sdkError(sent)).toEqual([404, 'NoSuchConfiguration'])
  client.destroy()
})

it('is for whom a policy allows s3:GetMetricsConfiguration', async () => {
  const bucket = await room.bucket()
  await putMetrics(room, bucket, 'one')
  await room.policy(bucket, { Action: 's3:GetMetricsConfiguration' })
  expectSuccess(await room.ask('writer', 'GET', bucket, undefined, ONE))
})
