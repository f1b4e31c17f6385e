import {
  GetBucketMetricsConfigurationCommand,
  PutBucketMetricsConfigurationCommand,
} from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { AccessRoom } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError, sdkError } from '../objects/object-room.ts'
import { metricsIds, metricsOf, metricsXml, putMetrics, putting } from './metrics-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

describeBucketRequest(() => room, { method: 'PUT', ...putting('one') })

it('takes a configuration from the SDK, in place of the one of its id', async () => {
  const Bucket = await room.bucket()
  await putMetrics(room, Bucket, 'one')
  await putMetrics(room, Bucket, 'two')
  const client = room.client()
  const And = { Prefix: 'logs/', Tags: [{ Key: 'a', Value: 'b' }] }
  const MetricsConfiguration = { Id: 'one', Filter: { And } }
  await client.send(new PutBucketMetricsConfigurationCommand({ Bucket, Id: 'one', MetricsConfiguration }))
  const got = await client.send(new GetBucketMetricsConfigurationCommand({ Bucket, Id: 'one' }))
  expect(got.MetricsConfiguration).toEqual(MetricsConfiguration)
  client.destroy()
  expect(await metricsIds(room, Bucket)).toEqual(['one', 'two'])
})

it('answers with nothing', async () => {
  const answer = await putMetrics(room, await room.bucket(), 'one')
  expect([answer.status, answer.text]).toEqual([200, ''])
})

it('is for whom a policy allows s3:PutMetricsConfiguration', async () => {
  const bucket = await room.bucket()
  await room.policy(bucket, { Action: 's3:PutMetricsConfiguration' })
  await room.must('writer', 'PUT', bucket, undefined, putting('one'))
  expectError(
    await room.ask('writer', 'GET', bucket, undefined, { query: metricsOf('one') }),
    403,
    'AccessDenied',
  )
})

const TAG = '<Tag><Key>a</Key><Value>b</Value></Tag>'
const PREFIX = '<Prefix>a</Prefix>'
const ARN = 'arn:aws:s3:us-east-1:100000000001:accesspoint/one'
const point = (arn: string): string => `<AccessPointArn>${arn}</AccessPointArn>`

describe('the document', () => {
  it.each([
    ['nothing', 'one', '', 'MissingRequestBodyError'],
    ['another id', 'other', metricsXml('one'), 'InvalidArgument'],
    ['an id with a blank', 'a b', metricsXml('a b'), 'InvalidArgument'],
    ['an id of 65 characters', 'x'.repeat(65), metricsXml('x'.repeat(65)), 'InvalidArgument'],
    ['a filter of nothing', 'one', metricsXml('one', ' '), 'MalformedXML'],
    ['two filters', 'one', metricsXml('one', PREFIX + TAG), 'MalformedXML'],
    ['an And of one', 'one', metricsXml('one', `<And>${PREFIX}</And>`), 'MalformedXML'],
    ['the same tag twice', 'one', metricsXml('one', `<And>${TAG}${TAG}</And>`), 'InvalidTag'],
    ['an empty tag', 'one', metricsXml('one', '<Tag><Key></Key><Value>b</Value></Tag>'), 'InvalidTag'],
    ['no access point', 'one', metricsXml('one', point('one')), 'InvalidArgument'],
    ['an object of one', 'one', metricsXml('one', point(`${ARN}/object/k`)), 'InvalidArgument'],
    ['an And of an access point', 'one', metricsXml('one', `<And>${point(ARN)}</And>`), 'MalformedXML'],
    ['no XML', 'one', 'Enabled', 'MalformedXML'],
  ])('may not have %s', async (_, id, body, code) => {
    const bucket = await room.bucket()
    const answer = await room.ask('owner', 'PUT', bucket, undefined, putting(id, body))
    expectError(answer, 400, code)
    expect(await metricsIds(room, bucket)).toEqual([])
  })
})

it('makes a thousand configurations in a bucket, and no more', async () => {
  const bucket = await room.bucket()
  for (let at = 0; at < 1000; at++) await putMetrics(room, bucket, `id-${at}`)
  const answer = await room.ask('owner', 'PUT', bucket, undefined, putting('one-more'))
  expectError(answer, 400, 'TooManyConfigurations')
  await putMetrics(room, bucket, 'id-0', PREFIX)
}, 60_000)

it('tells the SDK what is wrong', async () => {
  const client = room.client()
  const input = { Bucket: await room.bucket(), Id: 'one', MetricsConfiguration: { Id: 'other' } }
  expect(await sdkError(client.send(new PutBucketMetricsConfigurationCommand(input)))).toEqual([
    400,
    'InvalidArgument',
  ])
  client.destroy()
})
