import {
  type AnalyticsConfiguration,
  GetBucketAnalyticsConfigurationCommand,
  PutBucketAnalyticsConfigurationCommand,
} from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { mainAccount, otherAccount } from '../../support/accounts.ts'
import { AccessRoom } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError, sdkError } from '../objects/object-room.ts'
import { analyticsIds, analyticsOf, analyticsXml, putAnalytics, putting } from './analytics-documents.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  await room.must('owner', 'PUT', 'the-exports')
  return () => room[Symbol.asyncDispose]()
})

describeBucketRequest(() => room, { method: 'PUT', ...putting('one') })

function configuration(bucket: string): AnalyticsConfiguration {
  const S3BucketDestination = {
    BucketAccountId: mainAccount.id,
    Bucket: `arn:aws:s3:::${bucket}`,
    Format: 'CSV' as const,
    Prefix: 'analyses',
  }
  return {
    Id: 'one',
    Filter: { And: { Prefix: 'logs/', Tags: [{ Key: 'a', Value: 'b' }] } },
    StorageClassAnalysis: {
      DataExport: { OutputSchemaVersion: 'V_1', Destination: { S3BucketDestination } },
    },
  }
}

it('takes a configuration from the SDK, in place of the one of its id', async () => {
  const Bucket = await room.bucket()
  await putAnalytics(room, Bucket, 'one')
  await putAnalytics(room, Bucket, 'two')
  const client = room.client()
  const AnalyticsConfiguration = configuration(Bucket)
  await client.send(new PutBucketAnalyticsConfigurationCommand({ Bucket, Id: 'one', AnalyticsConfiguration }))
  const got = await client.send(new GetBucketAnalyticsConfigurationCommand({ Bucket, Id: 'one' }))
  expect(got.AnalyticsConfiguration).toEqual(AnalyticsConfiguration)
  client.destroy()
  expect(await analyticsIds(room, Bucket)).toEqual(['one', 'two'])
})

it.each([
  ['of all objects, which is not exported', { Id: 'one', StorageClassAnalysis: {} }],
  ['of a prefix', { Id: 'one', Filter: { Prefix: 'a/' }, StorageClassAnalysis: {} }],
  ['of a tag', { Id: 'one', Filter: { Tag: { Key: 'a', Value: '' } }, StorageClassAnalysis: {} }],
])('takes an analysis %s', async (_, AnalyticsConfiguration) => {
  const Bucket = await room.bucket()
  const client = room.client()
  await client.send(new PutBucketAnalyticsConfigurationCommand({ Bucket, Id: 'one', AnalyticsConfiguration }))
  const got = await client.send(new GetBucketAnalyticsConfigurationCommand({ Bucket, Id: 'one' }))
  expect(got.AnalyticsConfiguration).toEqual(AnalyticsConfiguration)
  client.destroy()
})

it('answers with nothing', async () => {
  const answer = await putAnalytics(room, await room.bucket(), 'one')
  expect([answer.status, answer.text]).toEqual([200, ''])
})

it('is for whom a policy allows s3:PutAnalyticsConfiguration', async () => {
  const bucket = await room.bucket()
  const refused = await room.ask('writer', 'PUT', bucket, undefined, putting('one'))
  expectError(refused, 403, 'AccessDenied')
  await room.policy(bucket, { Action: 's3:PutAnalyticsConfiguration' })
  await room.must('writer', 'PUT', bucket, undefined, putting('one'))
  const read = await room.ask('writer', 'GET', bucket, undefined, { query: analyticsOf('one') })
  expectError(read, 403, 'AccessDenied')
})

const TAG = '<Tag><Key>a</Key><Value>b</Value></Tag>'
const PREFIX = '<Prefix>a</Prefix>'
const filtered = (filter: string) => analyticsXml('one', { filter })
const exported = (more: Parameters<typeof analyticsXml>[1] = {}) =>
  analyticsXml('one', { destination: 'the-exports', ...more })

describe('the document', () => {
  it.each([
    ['nothing', '', 'MissingRequestBodyError'],
    ['no XML', 'Enabled', 'MalformedXML'],
    ['another id', analyticsXml('other'), 'InvalidArgument'],
    ['no analysis', analyticsXml('one').replace(/<StorageClassAnalysis>.*s>/, ''), 'MalformedXML'],
    ['a filter of nothing', filtered(' '), 'MalformedXML'],
    ['two filters', filtered(PREFIX + TAG), 'MalformedXML'],
    ['an And of one', filtered(`<And>${PREFIX}</And>`), 'MalformedXML'],
    ['the same tag twice', filtered(`<And>${TAG}${TAG}</And>`), 'InvalidTag'],
    ['an empty tag', filtered('<Tag><Key></Key><Value>b</Value></Tag>'), 'InvalidTag'],
    ['a prefix of 1,025 bytes', filtered(`<Prefix>${'é'.repeat(512)}x</Prefix>`), 'InvalidArgument'],
    ['a format that is none', exported({ format: 'Parquet' }), 'MalformedXML'],
    ['a schema that is none', exported({ version: 'V_2' }), 'MalformedXML'],
    [
      'an export without a destination',
      exported().replace(/<Destination>.*<\/Destination>/, ''),
      'MalformedXML',
    ],
    [
      'an export whose key would be too long',
      exported({ inDestination: `<Prefix>${'p'.repeat(1010)}</Prefix>` }),
      'InvalidArgument',
    ],
    [
      'an account id that is none',
      exported({ inDestination: '<BucketAccountId>12</BucketAccountId>' }),
      'InvalidArgument',
    ],
    [
      "another account than the destination's",
      exported({ inDestination: `<BucketAccountId>${otherAccount.id}</BucketAccountId>` }),
      'InvalidArgument',
    ],
    ['a destination that is not there', exported({ destination: 'nowhere' }), 'InvalidArgument'],
    [
      'a destination that is no ARN',
      exported().replace('arn:aws:s3:::the-exports', 'the-exports'),
      'InvalidArgument',
    ],
  ])('may not have %s', async (_, body, code) => {
    const bucket = await room.bucket()
    const answer = await room.ask('owner', 'PUT', bucket, undefined, putting('one', body))
    expectError(answer, 400, code)
    expect(await analyticsIds(room, bucket)).toEqual([])
  })

  it.each(['a b', 'x'.repeat(65), 'a/b'])('may not have the id %j', async (id) => {
    const bucket = await room.bucket()
    const answer = await room.ask('owner', 'PUT', bucket, undefined, putting(id))
    expectError(answer, 400, 'InvalidArgument')
    expect(await analyticsIds(room, bucket)).toEqual([])
  })
})

it('makes a thousand configurations in a bucket, and no more', async () => {
  const bucket = await room.bucket()
  for (let at = 0; at < 1000; at++) await putAnalytics(room, bucket, `id-${at}`)
  const answer = await room.ask('owner', 'PUT', bucket, undefined, putting('one-more'))
  expectError(answer, 400, 'TooManyConfigurations')
  await putAnalytics(room, bucket, 'id-0', { filter: PREFIX })
}, 60_000)

it('tells the SDK what is wrong', async () => {
  const Bucket = await room.bucket()
  const client = room.client()
  const input = { Bucket, Id: 'two', AnalyticsConfiguration: configuration(Bucket) }
  expect(await sdkError(client.send(new PutBucketAnalyticsConfigurationCommand(input)))).toEqual([
    400,
    'InvalidArgument',
  ])
  client.destroy()
})
