import { GetBucketNotificationConfigurationCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, it } from 'vitest'
import { AccessRoom } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError } from '../objects/object-room.ts'
import {
  BRIDGE_XML,
  Destinations,
  NOTIFICATION,
  notificationXml,
  QUEUE,
  ruleXml,
  withDestinations,
} from './notification-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open(withDestinations(new Destinations()))
  return () => room[Symbol.asyncDispose]()
})

const body = notificationXml(ruleXml({ id: 'mine', filter: [['suffix', '.jpg']] }), BRIDGE_XML)
const prepare = (bucket: string) => room.must('owner', 'PUT', bucket, undefined, { ...NOTIFICATION, body })

describeBucketRequest(() => room, { method: 'GET', ...NOTIFICATION, prepare })

it('is the document of S3', async () => {
  const bucket = await room.bucket()
  await prepare(bucket)
  const { text, headers } = await room.must('owner', 'GET', bucket, undefined, NOTIFICATION)
  expect(headers['content-type']).toBe('application/xml')
  expect(text).toContain('<NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">')
  const filter =
    '<Filter><S3Key><FilterRule><Name>suffix</Name><Value>.jpg</Value></FilterRule></S3Key></Filter>'
  for (const part of [
    '<Id>mine</Id>',
    `<Queue>${QUEUE}</Queue>`,
    '<Event>s3:ObjectCreated:*</Event>',
    filter,
    '<EventBridgeConfiguration',
  ]) {
    expect(text).toContain(part)
  }
})

it('is empty where nobody put one', async () => {
  const Bucket = await room.bucket()
  const { status, text } = await room.must('owner', 'GET', Bucket, undefined, NOTIFICATION)
  expect(status).toBe(200)
  expect(text).toMatch(/<NotificationConfiguration xmlns="[^"]*"(\/>|><\/NotificationConfiguration>)$/)
  const client = room.client()
  const { $metadata: _, ...found } = await client.send(
    new GetBucketNotificationConfigurationCommand({ Bucket }),
  )
  expect(found).toEqual({})
  client.destroy()
})

it('is for whom a policy allows s3:GetBucketNotification', async () => {
  const bucket = await room.bucket()
  await room.policy(bucket, { Action: 's3:GetBucketNotification' })
  await room.must('writer', 'GET', bucket, undefined, NOTIFICATION)
  const answer = await room.ask('writer', 'PUT', bucket, undefined, { ...NOTIFICATION, body })
  expectError(answer, 403, 'AccessDenied')
})
