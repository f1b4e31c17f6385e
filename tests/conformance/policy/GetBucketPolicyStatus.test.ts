import { GetBucketPolicyStatusCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, it } from 'vitest'
import { xmlTexts } from '../../support/raw-request.ts'
import { AccessRoom, type Statement, writer } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const STATUS = { query: 'policyStatus=' }
const READ = { Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket-*/*' }
describeBucketRequest(() => room, {
  method: 'GET',
  ...STATUS,
  prepare: (bucket) => room.policy(bucket, { ...READ, Principal: { AWS: writer.id } }),
})

// Source: S3 User Guide, "Blocking public access", the meaning of public.
const CASES: [isPublic: boolean, statement: Statement][] = [
  [true, {}],
  [true, { Principal: { AWS: '*' } }],
  [true, { Condition: { StringLike: { 'aws:SourceVpc': 'vpc-*' } } }],
  [true, { Condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/1' } } }],
  [true, { Condition: { StringEquals: { 'aws:Referer': 'http://example.com' } } }],
  [false, { Principal: { AWS: writer.id } }],
  [false, { Effect: 'Deny' }],
  [false, { Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-91237329' } } }],
  [false, { Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } }],
  [false, { Condition: { StringEquals: { 'aws:PrincipalAccount': writer.id } } }],
]
it.each(CASES)('%s for %o', async (isPublic, statement) => {
  const Bucket = await room.bucket()
  await room.policy(Bucket, { ...READ, ...statement })
  const answer = await room.must('owner', 'GET', Bucket, undefined, STATUS)
  expect(xmlTexts(answer.text, 'IsPublic')).toEqual([String(isPublic)])
  const client = room.client()
  const { PolicyStatus } = await client.send(new GetBucketPolicyStatusCommand({ Bucket }))
  expect(PolicyStatus).toEqual({ IsPublic: isPublic })
  client.destroy()
})

it('knows of none where there is no policy', async () => {
  const answer = await room.ask('owner', 'GET', await room.bucket(), undefined, STATUS)
  expectError(answer, 404, 'NoSuchBucketPolicy')
})

it('may be shown to other accounts', async () => {
  const bucket = await room.bucket()
  await room.policy(bucket, {
    Action: 's3:GetBucketPolicyStatus',
    Resource: `arn:aws:s3:::${bucket}`,
    Principal: { AWS: writer.id },
  })
  expectSuccess(await room.ask('writer', 'GET', bucket, undefined, STATUS))
  expectError(await room.ask('third', 'GET', bucket, undefined, STATUS), 403, 'AccessDenied')
})
