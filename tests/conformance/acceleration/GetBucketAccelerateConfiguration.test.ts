import { GetBucketAccelerateConfigurationCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, it } from 'vitest'
import { xmlTexts } from '../../support/raw-request.ts'
import { AccessRoom } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectSuccess, sdkError } from '../objects/object-room.ts'
import { ACCELERATE, accelerating } from './acceleration-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

describeBucketRequest(() => room, { method: 'GET', query: ACCELERATE })

it('says nothing until a state is set, and then which', async () => {
  const bucket = await room.bucket()
  const told = async () =>
    xmlTexts((await room.must('owner', 'GET', bucket, undefined, { query: ACCELERATE })).text, 'Status')
  expect(await told()).toEqual([])
  await room.must('owner', 'PUT', bucket, undefined, accelerating('Suspended'))
  expect(await told()).toEqual(['Suspended'])
})

it('tells the SDK that there is no such bucket', async () => {
  const client = room.client()
  const sent = client.send(new GetBucketAccelerateConfigurationCommand({ Bucket: 'no-such-bucket' }))
  expect(await sdkError(sent)).toEqual([404, 'NoSuchBucket'])
  client.destroy()
})

it('is for whom a policy allows s3:GetAccelerateConfiguration', async () => {
  const bucket = await room.bucket()
  await room.policy(bucket, { Action: 's3:GetAccelerateConfiguration' })
  expectSuccess(await room.ask('writer', 'GET', bucket, undefined, { query: ACCELERATE }))
})
