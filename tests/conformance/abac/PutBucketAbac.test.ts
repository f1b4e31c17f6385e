import { GetBucketAbacCommand, PutBucketAbacCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { AccessRoom, owner, withMd5 } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError, expectSuccess, sdkError } from '../objects/object-room.ts'
import { tag } from '../tagging/control-tags-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

function setting(status: string) {
  const body = `<AbacStatus xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>${status}</Status></AbacStatus>`
  return { query: 'abac=', body, headers: withMd5(body) }
}

describeBucketRequest(() => room, { method: 'PUT', ...setting('Enabled') })

it('is turned on and off by the SDK', async () => {
  const Bucket = await room.bucket()
  const client = room.client()
  for (const Status of ['Enabled', 'Disabled'] as const) {
    await client.send(new PutBucketAbacCommand({ Bucket, AbacStatus: { Status } }))
    expect((await client.send(new GetBucketAbacCommand({ Bucket }))).AbacStatus).toEqual({ Status })
  }
  const refused = client.send(
    new PutBucketAbacCommand({ Bucket: 'no-such-bucket', AbacStatus: { Status: 'Enabled' } }),
  )
  expect(await sdkError(refused)).toEqual([404, 'NoSuchBucket'])
  client.destroy()
})

it.each([
  ['nothing', '', 'MissingRequestBodyError'],
  ['another status', setting('On').body, 'MalformedXML'],
  ['no status', '<AbacStatus/>', 'MalformedXML'],
  ['no XML', 'Enabled', 'MalformedXML'],
])('refuses %s', async (_, body, code) => {
  const bucket = await room.bucket()
  const answer = await room.ask('owner', 'PUT', bucket, undefined, {
    ...setting('Enabled'),
    body,
    headers: withMd5(body),
  })
  expectError(answer, 400, code)
})

it('is for whom a policy allows s3:PutBucketAbac', async () => {
  const bucket = await room.bucket()
  await room.policy(bucket, { Action: 's3:PutBucketAbac' })
  expectSuccess(await room.ask('writer', 'PUT', bucket, undefined, setting('Enabled')))
})

it('leaves the tags to TagResource and UntagResource while it is enabled', async () => {
  const bucket = await room.bucket()
  await room.must('owner', 'PUT', bucket, undefined, setting('Enabled'))
  const body = '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>'
  const putting = { query: 'tagging=', body, headers: withMd5(body) }
  expectError(await room.ask('owner', 'PUT', bucket, undefined, putting), 405, 'MethodNotAllowed')
  expectError(
    await room.ask('owner', 'DELETE', bucket, undefined, { query: 'tagging=' }),
    405,
    'MethodNotAllowed',
  )
  expectSuccess(await tag(room, 'owner', bucket, 'a=b'), 204)
  expect((await room.must('owner', 'GET', bucket, undefined, { query: 'tagging=' })).text).toContain(
    '<Key>a</Key>',
  )
  await room.must('owner', 'PUT', bucket, undefined, setting('Disabled'))
  await room.must('owner', 'PUT', bucket, undefined, putting)
})

describe.each(['aws:ResourceTag/team', 's3:BucketTag/team'])('the condition key %s', (key) => {
  it('is the tag of the bucket, for it and its objects, while it is enabled', async () => {
    const bucket = await room.bucket()
    await room.put(bucket, 'key')
    await tag(room, 'owner', bucket, 'team=blue')
    await room.policy(bucket, { Condition: { StringEquals: { [key]: 'blue' } }, Action: 's3:*' })
    const get = () => room.ask('third', 'GET', bucket, 'key')
    expectError(await get(), 403, 'AccessDenied')
    await room.must('owner', 'PUT', bucket, undefined, setting('Enabled'))
    expectSuccess(await get())
    expectSuccess(await room.ask('third', 'GET', bucket, undefined, { query: 'list-type=2' }))
    await tag(room, 'owner', bucket, 'team=red')
    expectError(await get(), 403, 'AccessDenied')
  })

  it('denies as well, and explain says so', async () => {
    const bucket = await room.bucket()
    await room.put(bucket, 'key')
    await tag(room, 'owner', bucket, 'team=blue')
    await room.must('owner', 'PUT', bucket, undefined, setting('Enabled'))
    await room.policy(bucket, {
      Effect: 'Deny',
      Condition: { StringEquals: { [key]: 'blue' } },
      Action: 's3:GetObject',
    })
    expectError(await room.ask('owner', 'GET', bucket, 'key'), 403, 'AccessDenied')
    const question = { principal: owner.id, action: 's3:GetObject', resource: `arn:aws:s3:::${bucket}/key` }
    const told = await room.ask('owner', 'POST', '-/explain', undefined, { body: JSON.stringify(question) })
    expectSuccess(told)
    expect(JSON.parse(told.text)).toMatchObject({ allowed: false })
    await tag(room, 'owner', bucket, 'team=red')
    const again = await room.ask('owner', 'POST', '-/explain', undefined, { body: JSON.stringify(question) })
    expect(JSON.parse(again.text)).toMatchObject({ allowed: true })
  })
})
