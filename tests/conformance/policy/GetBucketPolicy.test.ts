import { GetBucketPolicyCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, it } from 'vitest'
import { AccessRoom, policyDocument } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError, sdkError } from '../objects/object-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const POLICY = { query: 'policy=' }
const DENY = { Effect: 'Deny', Action: 's3:GetObject' }
const prepare = (bucket: string) => room.policy(bucket, { ...DENY, Resource: `arn:aws:s3:::${bucket}/*` })

describeBucketRequest(() => room, { method: 'GET', ...POLICY, prepare })

it('gives the text to the SDK', async () => {
  const Bucket = await room.bucket()
  await prepare(Bucket)
  const client = room.client()
  const { Policy } = await client.send(new GetBucketPolicyCommand({ Bucket }))
  expect(Policy).toBe(policyDocument(Bucket, [{ ...DENY, Resource: `arn:aws:s3:::${Bucket}/*` }]))
  client.destroy()
})

it('knows of none where nobody put one', async () => {
  const Bucket = await room.bucket()
  const answer = await room.ask('owner', 'GET', Bucket, undefined, POLICY)
  expect(expectError(answer, 404, 'NoSuchBucketPolicy')('BucketName')).toBe(Bucket)
  const client = room.client()
  expect(await sdkError(client.send(new GetBucketPolicyCommand({ Bucket })))).toEqual([
    404,
    'NoSuchBucketPolicy',
  ])
  client.destroy()
})
