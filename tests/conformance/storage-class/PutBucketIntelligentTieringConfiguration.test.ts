import {
  type IntelligentTieringConfiguration,
  PutBucketIntelligentTieringConfigurationCommand,
} from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { xmlTexts } from '../../support/raw-request.ts'
import { AccessRoom, withMd5 } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError, sdkError } from '../objects/object-room.ts'
import { ARCHIVE, putTiering, tier, tieringIds, tieringOf, tieringXml } from './tiering-configurations.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const putting = (id: string, body: string) => ({ query: tieringOf(id), body, headers: withMd5(body) })

describeBucketRequest(() => room, { method: 'PUT', ...putting('one', tieringXml('one')) })

it('takes a configuration from the SDK, in place of the one of its id', async () => {
  const Bucket = await room.bucket()
  await putTiering(room, Bucket, 'one')
  await putTiering(room, Bucket, 'two')
  const client = room.client()
  const IntelligentTieringConfiguration: IntelligentTieringConfiguration = {
    Id: 'one',
    Status: 'Disabled',
    Filter: { And: { Prefix: 'logs/', Tags: [{ Key: 'a', Value: 'b' }] } },
    Tierings: [
      { Days: 730, AccessTier: 'ARCHIVE_ACCESS' },
      { Days: 180, AccessTier: 'DEEP_ARCHIVE_ACCESS' },
    ],
  }
  const input = { Bucket, Id: 'one', IntelligentTieringConfiguration }
  await client.send(new PutBucketIntelligentTieringConfigurationCommand(input))
  client.destroy()
  const { text } = await room.must('owner', 'GET', Bucket, undefined, { query: tieringOf('one') })
  expect(['Status', 'Days', 'Prefix', 'Key'].map((name) => xmlTexts(text, name))).toEqual([
    ['Disabled'],
    ['730', '180'],
    ['logs/'],
    ['a'],
  ])
  expect(await tieringIds(room, Bucket)).toEqual(['one', 'two'])
})

it('answers with nothing', async () => {
  const answer = await putTiering(room, await room.bucket(), 'one')
  expect([answer.status, answer.text]).toEqual([200, ''])
})

it('is for whom a policy allows s3:PutIntelligentTieringConfiguration', async () => {
  const bucket = await room.bucket()
  await room.policy(bucket, { Action: 's3:PutIntelligentTieringConfiguration' })
  await room.must('writer', 'PUT', bucket, undefined, putting('one', tieringXml('one')))
  expectError(
    await room.ask('writer', 'GET', bucket, undefined, { query: tieringOf('one') }),
    403,
    'AccessDenied',
  )
})

const filtered = (inner: string): string => tieringXml('one', ARCHIVE, `<Filter>${inner}</Filter>`)
const tag = (key: string): string => `<Tag><Key>${key}</Key><Value>b</Value></Tag>`
const TWO_FILTERS = '<Filter><Prefix>a</Prefix><Tag><Key>a</Key><Value>b</Value></Tag></Filter>'

describe('the document', () => {
  it.each([
    ['nothing', 'one', '', 'MissingRequestBodyError'],
    ['another id', 'other', tieringXml('one'), 'InvalidArgument'],
    ['an id with a blank', 'a b', tieringXml('a b'), 'InvalidArgument'],
    ['an id of 65 characters', 'x'.repeat(65), tieringXml('x'.repeat(65)), 'InvalidArgument'],
    ['no tier', 'one', tieringXml('one', ''), 'MalformedXML'],
    ['a tier twice', 'one', tieringXml('one', ARCHIVE + ARCHIVE), 'MalformedXML'],
    ['an unknown tier', 'one', tieringXml('one', tier('COLD', 90)), 'MalformedXML'],
    ['an unknown status', 'one', tieringXml('one', ARCHIVE, '', 'On'), 'MalformedXML'],
    ['two filters', 'one', tieringXml('one', ARCHIVE, TWO_FILTERS), 'MalformedXML'],
    ['an And of a prefix alone', 'one', filtered('<And><Prefix>a</Prefix></And>'), 'MalformedXML'],
    ['an And of a tag alone', 'one', filtered(`<And>${tag('a')}</And>`), 'MalformedXML'],
    ['a tag twice', 'one', filtered(`<And>${tag('a')}${tag('a')}</And>`), 'InvalidRequest'],
    ['a long tag key', 'one', filtered(tag('k'.repeat(129))), 'MalformedXML'],
    ['a long prefix', 'one', filtered(`<Prefix>${'x'.repeat(1025)}</Prefix>`), 'InvalidRequest'],
    ['days that are no number', 'one', tieringXml('one', tier('ARCHIVE_ACCESS', NaN)), 'MalformedXML'],
    ['too few days', 'one', tieringXml('one', tier('ARCHIVE_ACCESS', 89)), 'InvalidArgument'],
    ['too few for deep', 'one', tieringXml('one', tier('DEEP_ARCHIVE_ACCESS', 179)), 'InvalidArgument'],
    ['too many days', 'one', tieringXml('one', tier('ARCHIVE_ACCESS', 731)), 'InvalidArgument'],
    ['no XML', 'one', 'Enabled', 'MalformedXML'],
  ])('may not have %s', async (_, id, body, code) => {
    const bucket = await room.bucket()
    const headers = { 'content-md5': withMd5(body)['content-md5'] ?? '1B2M2Y8AsgTpgAmY7PhCfg==' }
    const answer = await room.ask('owner', 'PUT', bucket, undefined, { query: tieringOf(id), body, headers })
    expectError(answer, 400, code)
    expect(await tieringIds(room, bucket)).toEqual([])
  })
})

it('makes a thousand configurations in a bucket, and no more', async () => {
  const bucket = await room.bucket()
  for (let at = 0; at < 1000; at++) await putTiering(room, bucket, `id-${at}`)
  const body = tieringXml('one-more')
  const answer = await room.ask('owner', 'PUT', bucket, undefined, putting('one-more', body))
  expectError(answer, 400, 'TooManyConfigurations')
  await putTiering(room, bucket, 'id-0', tieringXml('id-0', ARCHIVE, '', 'Disabled'))
}, 60_000)

it('tells the SDK what is wrong', async () => {
  const client = room.client()
  const IntelligentTieringConfiguration = {
    Id: 'one',
    Status: 'Enabled' as const,
    Tierings: [{ Days: 1, AccessTier: 'ARCHIVE_ACCESS' as const }],
  }
  const input = { Bucket: await room.bucket(), Id: 'one', IntelligentTieringConfiguration }
  const sent = client.send(new PutBucketIntelligentTieringConfigurationCommand(input))
  expect(await sdkError(sent)).toEqual([400, 'InvalidArgument'])
  client.destroy()
})
