import { TagResourceCommand } from '@aws-sdk/client-s3-control'
import { beforeAll, describe, expect, it } from 'vitest'
import { controlClient } from '../../support/control-client.ts'
import { AccessRoom, owner, third, writer } from '../access/access-room.ts'
import { expectSuccess, sdkError } from '../objects/object-room.ts'
import { control } from '../access/control-request.ts'
import { tag, tagsOf, tagsPath, tagsXml } from './control-tags-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

it('adds tags to those of a bucket, and changes those that are there', async () => {
  const bucket = await room.bucket()
  const answer = await tag(room, 'owner', bucket, 'a=1', 'b=2')
  expect([answer.status, answer.text]).toEqual([204, ''])
  expectSuccess(await tag(room, 'owner', bucket, 'b=3', 'c=4'), 204)
  expect(await tagsOf(room, bucket)).toEqual(['a=1', 'b=3', 'c=4'])
})

it('takes them from the SDK', async () => {
  const bucket = await room.bucket()
  const client = controlClient(room.server)
  const input = {
    AccountId: owner.id,
    ResourceArn: `arn:aws:s3:::${bucket}`,
    Tags: [{ Key: 'a', Value: 'é b' }],
  }
  await client.send(new TagResourceCommand(input))
  expect(await tagsOf(room, bucket)).toEqual(['a=é b'])
  const refused = client.send(
    new TagResourceCommand({ ...input, ResourceArn: 'arn:aws:s3:::no-such-bucket' }),
  )
  expect(await sdkError(refused)).toEqual([404, 'NoSuchBucket'])
  client.destroy()
})

it('keeps fifty tags and no more', async () => {
  const bucket = await room.bucket()
  const names = Array.from({ length: 50 }, (_, at) => `tag${at}=x`)
  expectSuccess(await tag(room, 'owner', bucket, ...names), 204)
  const refused = await tag(room, 'owner', bucket, 'more=x')
  expect([refused.status, refused.errorCode]).toEqual([400, 'BadRequest'])
  expect(await tagsOf(room, bucket)).toHaveLength(50)
})

describe('what is refused', () => {
  it.each([
    ['no body', '', 400, 'MissingRequestBodyError'],
    ['no XML', 'x', 400, 'MalformedXML'],
    ['another document', '<Tagging/>', 400, 'MalformedXML'],
    ['a tag of AWS', tagsXml('aws:a=b'), 400, 'InvalidTag'],
    ['a tag twice', tagsXml('a=b', 'a=c'), 400, 'InvalidTag'],
  ])('%s', async (_, body, status, code) => {
    const bucket = await room.bucket()
    const answer = await control(room, 'owner', 'POST', tagsPath(bucket), { body })
    expect([answer.status, answer.errorCode]).toEqual([status, code])
    expect(await tagsOf(room, bucket)).toEqual([])
  })

  it.each(['arn:aws:s3:::a/b', 'arn:aws:s3:eu-west-1:100000000001:accesspoint/abc', 'bucket'])(
    'the tags of %s',
    async (arn) => {
      const path = `tags/${encodeURIComponent(arn).replaceAll('%2F', '/')}`
      const answer = await control(room, 'owner', 'POST', path, { body: tagsXml('a=b') })
      expect([answer.status, answer.errorCode]).toEqual([400, 'InvalidRequest'])
    },
  )

  it('who names another account, or is nobody', async () => {
    const bucket = await room.bucket()
    const parts = { body: tagsXml('a=b') }
    for (const [who, account] of [
      ['owner', third.id],
      ['owner', 'x'],
      ['anonymous', owner.id],
    ] as const) {
      const answer = await control(room, who, 'POST', tagsPath(bucket), parts, account)
      expect([who, answer.status, answer.errorCode]).toEqual([who, 403, 'AccessDenied'])
    }
    expect(await tagsOf(room, bucket)).toEqual([])
  })

  it('the bucket of another account, unless its policy allows s3:TagResource', async () => {
    const bucket = await room.bucket()
    const ask = () => control(room, 'third', 'POST', tagsPath(bucket), { body: tagsXml('a=b') }, third.id)
    expect((await ask()).errorCode).toBe('AccessDenied')
    const condition = {
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['a'] },
      StringEquals: { 'aws:RequestTag/a': 'b' },
    }
    await room.policy(bucket, { Action: 's3:TagResource', Condition: condition })
    expectSuccess(await ask(), 204)
    const other = { body: tagsXml('a=c') }
    expect((await control(room, 'third', 'POST', tagsPath(bucket), other, third.id)).errorCode).toBe(
      'AccessDenied',
    )
    expect(await tagsOf(room, bucket)).toEqual(['a=b'])
  })
})

// Source: S3 API Reference, TagResource, UntagResource and ListTagsForResource, AccountId.
it('is about the account of the bucket or of whoever asks, and of no other', async () => {
  const bucket = await room.bucket()
  await room.policy(bucket, { Action: ['s3:TagResource', 's3:UntagResource', 's3:ListTagsForResource'] })
  const statuses = async (account: string) => [
    (await control(room, 'third', 'POST', tagsPath(bucket), { body: tagsXml('a=b') }, account)).status,
    (await control(room, 'third', 'GET', tagsPath(bucket), {}, account)).status,
    (await control(room, 'third', 'DELETE', tagsPath(bucket), { query: 'tagKeys=a' }, account)).status,
  ]
  expect(await statuses(owner.id)).toEqual([204, 200, 204])
  expect(await statuses(third.id)).toEqual([204, 200, 204])
  expect(await statuses(writer.id)).toEqual([403, 403, 403])
})

it('is held to the value that counts, of tags that differ in case alone, in whatever order they come', async () => {
  const bucket = await room.bucket()
  const Condition = { StringEquals: { 'aws:RequestTag/team': 'red' } }
  await room.policy(bucket, { Action: 's3:TagResource', Condition })
  const ask = async (...tags: string[]) =>
    (await control(room, 'third', 'POST', tagsPath(bucket), { body: tagsXml(...tags) }, third.id)).status
  expect(await ask('Team=red')).toBe(204)
  expect(await ask('team=blue', 'Team=red')).toBe(403)
  expect(await ask('Team=blue', 'team=red')).toBe(204)
})

it('S3 Control answers 501 for all else, in the form that its SDKs read', async () => {
  const answer = await control(room, 'owner', 'GET', 'storagelens')
  expect([answer.status, answer.errorCode]).toEqual([501, 'NotImplemented'])
  expect(answer.text).toContain('<ErrorResponse><Error><Code>NotImplemented</Code>')
})

it('a bucket may have the name of its paths', async () => {
  await room.must('owner', 'PUT', 'v20180820')
  await room.put('v20180820', 'tags/key')
  expect((await room.must('owner', 'GET', 'v20180820', 'tags/key')).text).toBe('v20180820/tags/key')
})
