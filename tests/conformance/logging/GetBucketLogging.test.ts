import { GetBucketLoggingCommand, PutBucketLoggingCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, it } from 'vitest'
import { AccessRoom, writer } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { LOGGING, loggingXml, putParts, targetBucket } from './logging-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

describeBucketRequest(() => room, { method: 'GET', ...LOGGING })

it('answers an empty status where nothing is logged', async () => {
  const { status, headers, text } = await room.must('owner', 'GET', await room.bucket(), undefined, LOGGING)
  expect([status, headers['content-type']]).toEqual([200, 'application/xml'])
  expect(text).toMatch(
    /<BucketLoggingStatus xmlns="http:\/\/s3.amazonaws.com\/doc\/2006-03-01\/"><\/BucketLoggingStatus>$/,
  )
})

it('tells the SDK what was put', async () => {
  const client = room.client()
  const [Bucket, TargetBucket] = [await room.bucket(), await targetBucket(room)]
  const LoggingEnabled = {
    TargetBucket,
    TargetPrefix: '<&> "é"\n/',
    TargetGrants: [
      {
        Grantee: {
          Type: 'CanonicalUser' as const,
          ID: writer.canonicalId,
          DisplayName: writer.displayName,
        },
        Permission: 'READ' as const,
      },
    ],
    TargetObjectKeyFormat: { PartitionedPrefix: { PartitionDateSource: 'DeliveryTime' as const } },
  }
  await client.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: { LoggingEnabled } }))
  const answer = await client.send(new GetBucketLoggingCommand({ Bucket }))
  expect(answer.LoggingEnabled).toEqual(LoggingEnabled)
  client.destroy()
})

it('is for whom a policy allows s3:GetBucketLogging', async () => {
  const bucket = await room.bucket()
  await room.must('owner', 'PUT', bucket, undefined, putParts(loggingXml(await targetBucket(room))))
  await room.policy(bucket, { Action: 's3:GetBucketLogging' })
  await room.must('writer', 'GET', bucket, undefined, LOGGING)
  const put = await room.ask('writer', 'PUT', bucket, undefined, putParts(loggingXml()))
  expect([put.status, put.errorCode]).toEqual([403, 'AccessDenied'])
})

it('is no question about a key', async () => {
  const bucket = await room.bucket()
  await room.put(bucket, 'key')
  const answer = await room.ask('owner', 'GET', bucket, 'key', LOGGING)
  expect(answer.status).toBe(405)
})
