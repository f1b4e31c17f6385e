import { GetBucketAnalyticsConfigurationCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, it } from 'vitest'
import { xmlTexts } from '../../support/raw-request.ts'
import { AccessRoom } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError, expectSuccess, sdkError } from '../objects/object-room.ts'
import { analyticsOf, putAnalytics } from './analytics-documents.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const ONE = { query: analyticsOf('one') }

describeBucketRequest(() => room, {
  method: 'GET',
  ...ONE,
  prepare: (bucket) => putAnalytics(room, bucket, 'one'),
})

it('tells the configuration as it was put', async () => {
  const bucket = await room.bucket()
  await putAnalytics(room, bucket, 'one', { filter: '<Prefix>a&amp;b</Prefix>', destination: bucket })
  const { text } = await room.must('owner', 'GET', bucket, undefined, ONE)
  const told = ['Id', 'Prefix', 'OutputSchemaVersion', 'Format', 'Bucket'].map((name) => xmlTexts(text, name))
  expect(told).toEqual([['one'], ['a&b'], ['V_1'], ['CSV'], [`arn:aws:s3:::${bucket}`]])
})

it('tells an analysis that is not exported by an empty element', async () => {
  const bucket = await room.bucket()
  await putAnalytics(room, bucket, 'one')
  const { text } = await room.must('owner', 'GET', bucket, undefined, ONE)
  expect(text).toMatch(/<StorageClassAnalysis\/>|<StorageClassAnalysis><\/StorageClassAnalysis>/)
})

it('knows no other', async () => {
  const Bucket = await room.bucket()
  expectError(await room.ask('owner', 'GET', Bucket, undefined, ONE), 404, 'NoSuchConfiguration')
  const client = room.client()
  const sent = client.send(new GetBucketAnalyticsConfigurationCommand({ Bucket, Id: 'one' }))
  expect(await sdkError(sent)).toEqual([404, 'NoSuchConfiguration'])
  client.destroy()
})

it('is for whom a policy allows s3:GetAnalyticsConfiguration', async () => {
  const bucket = await room.bucket()
  await putAnalytics(room, bucket, 'one')
  await room.policy(bucket, { Action: 's3:GetAnalyticsConfiguration' })
  expectSuccess(await room.ask('writer', 'GET', bucket, undefined, ONE))
})
