import { beforeAll, expect, it } from 'vitest'
import { xmlTexts } from '../../support/raw-request.ts'
import { AccessRoom } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectSuccess } from '../objects/object-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const ABAC = { query: 'abac=' }

describeBucketRequest(() => room, { method: 'GET', ...ABAC })

it('is disabled until it is enabled', async () => {
  const { text } = await room.must('owner', 'GET', await room.bucket(), undefined, ABAC)
  expect(xmlTexts(text, 'Status')).toEqual(['Disabled'])
})

it('is for whom a policy allows s3:GetBucketAbac', async () => {
  const bucket = await room.bucket()
  await room.policy(bucket, { Action: 's3:GetBucketAbac' })
  expectSuccess(await room.ask('writer', 'GET', bucket, undefined, ABAC))
})
