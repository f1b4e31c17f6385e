import { GetPublicAccessBlockCommand, PutPublicAccessBlockCommand } from '@aws-sdk/client-s3-control'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { controlClient } from '../../support/control-client.ts'
import { AccessRoom, owner, policyDocument, third } from '../access/access-room.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { accountBlock } from './account-block-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})
afterEach(() => accountBlock(room, 'owner', 'DELETE'))

const put = async (...switches: string[]) =>
  expectSuccess(await accountBlock(room, 'owner', 'PUT', { switches }))

it('sets the four switches for the SDK', async () => {
  const client = controlClient(room.server)
  const switches = {
    BlockPublicAcls: true,
    IgnorePublicAcls: false,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: false,
  }
  const input = { AccountId: owner.id, PublicAccessBlockConfiguration: switches }
  await client.send(new PutPublicAccessBlockCommand(input))
  const got = await client.send(new GetPublicAccessBlockCommand({ AccountId: owner.id }))
  expect(got.PublicAccessBlockConfiguration).toEqual(switches)
  client.destroy()
})

it.each([
  ['nothing', '', 'MissingRequestBodyError'],
  ['nothing of any switch', '<PublicAccessBlockConfiguration/>', 'InvalidRequest'],
  ['no XML', 'x', 'MalformedXML'],
  ['another document', '<Other/>', 'MalformedXML'],
])('refuses %s', async (_, body, code) => {
  const answer = await accountBlock(room, 'owner', 'PUT', { body })
  expect([answer.status, answer.errorCode]).toEqual([400, code])
})

it('is for the account alone', async () => {
  for (const who of ['third', 'anonymous'] as const) {
    const answer = await accountBlock(room, who, 'PUT', { switches: ['BlockPublicAcls'] })
    expect([answer.status, answer.errorCode]).toEqual([403, 'AccessDenied'])
  }
  expectSuccess(await accountBlock(room, 'third', 'PUT', { switches: [], accountId: third.id }))
  expect((await accountBlock(room, 'owner', 'GET')).status).toBe(404)
})

describe('what holds for a bucket is the stricter of its own block and its account’s', () => {
  it('BlockPublicAcls', async () => {
    const bucket = await room.bucket()
    await put('BlockPublicAcls')
    const acl = { 'x-amz-acl': 'public-read' }
    const refused = [
      await room.ask('owner', 'PUT', bucket, 'key', { body: 'x', headers: acl }),
      await room.ask('owner', 'PUT', bucket, undefined, { query: 'acl=', headers: acl }),
    ]
    for (const answer of refused) expectError(answer, 403, 'AccessDenied')
    const made = await room.ask('owner', 'PUT', 'public-from-the-start', undefined, { headers: acl })
    expectError(made, 400, 'InvalidBucketAclWithBlockPublicAccessError')
    await room.put(bucket, 'key')
    expectError(
      await room.ask('owner', 'PUT', bucket, 'key', { query: 'acl=', headers: acl }),
      403,
      'AccessDenied',
    )
    expectSuccess(await accountBlock(room, 'owner', 'DELETE'))
    await room.must('owner', 'PUT', bucket, 'key', { query: 'acl=', headers: acl })
  })

  it('IgnorePublicAcls', async () => {
    const bucket = await room.bucket()
    await room.put(bucket, 'key', { 'x-amz-acl': 'public-read' })
    await room.block(bucket, 'BlockPublicAcls')
    expectSuccess(await room.ask('anonymous', 'GET', bucket, 'key'))
    await put('IgnorePublicAcls')
    expectError(await room.ask('anonymous', 'GET', bucket, 'key'), 403, 'AccessDenied')
    const { text } = await room.must('owner', 'GET', bucket, 'key', { query: 'acl=' })
    expect(text).not.toContain('AllUsers')
  })

  it('BlockPublicPolicy', async () => {
    const bucket = await room.bucket()
    await put('BlockPublicPolicy')
    const body = policyDocument(bucket, [{ Action: 's3:GetObject' }])
    const refused = await room.ask('owner', 'PUT', bucket, undefined, { query: 'policy=', body })
    expectError(refused, 403, 'AccessDenied')
    await room.policy(bucket, { Action: 's3:GetObject', Principal: { AWS: third.id } })
  })

  it('RestrictPublicBuckets', async () => {
    const bucket = await room.bucket()
    await room.put(bucket, 'key')
    await room.policy(bucket, { Action: 's3:GetObject' })
    expectSuccess(await room.ask('third', 'GET', bucket, 'key'))
    await put('RestrictPublicBuckets')
    expectError(await room.ask('third', 'GET', bucket, 'key'), 403, 'AccessDenied')
    expectSuccess(await room.ask('owner', 'GET', bucket, 'key'))
    await put()
    expectSuccess(await room.ask('third', 'GET', bucket, 'key'))
  })
})
