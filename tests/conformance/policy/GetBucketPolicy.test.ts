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

it('gives a version to a policy that was put without', async () => {
  const bucket = await room.bucket()
  const Statement = [{ ...DENY, Principal: '*', Resource: `arn:aws:s3:::${bucket}/*` }]
  await room.must('owner', 'PUT', bucket, undefined, { ...POLICY, body: JSON.stringify({ Statement }) })
  const { text } = await room.must('owner', 'GET', bucket, undefined, POLICY)
  expect(text).toBe(JSON.stringify({ Version: '2008-10-17', Statement }))
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
