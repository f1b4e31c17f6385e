import { GetBucketInventoryConfigurationCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, it } from 'vitest'
import { xmlTexts } from '../../support/raw-request.ts'
import { AccessRoom } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError, expectSuccess, sdkError } from '../objects/object-room.ts'
import { inventoryOf, putInventory } from './inventory-documents.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const ONE = { query: inventoryOf('one') }

describeBucketRequest(() => room, {
  method: 'GET',
  ...ONE,
  prepare: (bucket) => putInventory(room, bucket, 'one'),
})

it('tells the configuration as it was put', async () => {
  const bucket = await room.bucket()
  const fields = ['Size', 'ObjectOwner', 'ETag']
  const inDestination = '<Prefix>in/here</Prefix><Encryption><SSE-S3></SSE-S3></Encryption>'
  await putInventory(room, bucket, 'one', { prefix: 'a&amp;b', fields, inDestination, versions: 'All' })
  const { text } = await room.must('owner', 'GET', bucket, undefined, ONE)
  expect(xmlTexts(text, 'Id')).toEqual(['one'])
  expect(xmlTexts(text, 'Prefix').toSorted()).toEqual(['a&b', 'in/here'])
  expect(xmlTexts(text, 'Field')).toEqual(fields)
  expect(text).toContain('<SSE-S3')
  expect(xmlTexts(text, 'IncludedObjectVersions')).toEqual(['All'])
})

it('knows no other', async () => {
  const Bucket = await room.bucket()
  expectError(await room.ask('owner', 'GET', Bucket, undefined, ONE), 404, 'NoSuchConfiguration')
  const client = room.client()
  const sent = client.send(new GetBucketInventoryConfigurationCommand({ Bucket, Id: 'one' }))
  expect(await sdkError(sent)).toEqual([404, 'NoSuchConfiguration'])
  client.destroy()
})

it('is for whom a policy allows s3:GetInventoryConfiguration', async () => {
  const bucket = await room.bucket()
  await putInventory(room, bucket, 'one')
  await room.policy(bucket, { Action: 's3:GetInventoryConfiguration' })
  expectSuccess(await room.ask('writer', 'GET', bucket, undefined, ONE))
})
