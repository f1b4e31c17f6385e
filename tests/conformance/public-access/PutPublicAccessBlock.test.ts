import { PutPublicAccessBlockCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { ANONYMOUS_CANONICAL_ID } from '../../../packages/server/src/access/principal.ts'
import { xmlTexts } from '../../support/raw-request.ts'
import {
  AccessRoom,
  blockDocument,
  GROUPS,
  owner,
  shownGrants,
  withMd5,
  writer,
} from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const SWITCHES = [
  'BlockPublicAcls',
  'IgnorePublicAcls',
  'BlockPublicPolicy',
  'RestrictPublicBuckets',
] as const
const ACL = { query: 'acl=' }
const put = (body: string, headers = withMd5(body)) => ({ query: 'publicAccessBlock=', body, headers })

describeBucketRequest(() => room, { method: 'PUT', ...put(blockDocument([])) })

describe('the document', () => {
  it.each(SWITCHES)('may turn on %s alone', async (name) => {
    const bucket = await room.bucket()
    await room.block(bucket, name)
    const shown = await room.must('owner', 'GET', bucket, undefined, { query: 'publicAccessBlock=' })
    expect(SWITCHES.map((each) => xmlTexts(shown.text, each)[0])).toEqual(
      SWITCHES.map((each) => String(each === name)),
    )
  })

  it('replaces what was there', async () => {
    const bucket = await room.bucket()
    await room.block(bucket, ...SWITCHES)
    const client = room.client()
    const PublicAccessBlockConfiguration = { BlockPublicAcls: false, IgnorePublicAcls: true }
    await client.send(new PutPublicAccessBlockCommand({ Bucket: bucket, PublicAccessBlockConfiguration }))
    const shown = await room.must('owner', 'GET', bucket, undefined, { query: 'publicAccessBlock=' })
    expect(SWITCHES.map((each) => xmlTexts(shown.text, each)[0])).toEqual(['false', 'true', 'false', 'false'])
    client.destroy()
  })

  it.each([
    ['nothing', 'MissingRequestBodyError', ''],
    ['nothing of any switch', 'InvalidRequest', '<PublicAccessBlockConfiguration/>'],
    ['a word for a truth value', 'MalformedXML', blockDocument(['BlockPublicAcls']).replace('true', 'maybe')],
    ['a switch twice', 'MalformedXML', blockDocument(['BlockPublicAcls', 'BlockPublicAcls'])],
    ['an unknown switch', 'MalformedXML', blockDocument(['BlockEverything'])],
    ['another document', 'MalformedXML', '<Tagging/>'],
    ['no XML', 'MalformedXML', 'true'],
  ])('may not say %s', async (_, code, body) => {
    const bucket = await room.bucket()
    const headers = { 'content-md5': withMd5(body)['content-md5'] ?? '1B2M2Y8AsgTpgAmY7PhCfg==' }
    expectError(await room.ask('owner', 'PUT', bucket, undefined, put(body, headers)), 400, code)
  })

  it('needs no checksum', async () => {
    const answer = await room.ask('owner', 'PUT', await room.bucket(), undefined, put(blockDocument([]), {}))
    expectSuccess(answer)
  })
})

const PUBLIC = [
  { 'x-amz-acl': 'public-read' },
  { 'x-amz-acl': 'public-read-write' },
  { 'x-amz-acl': 'authenticated-read' },
  { 'x-amz-grant-read-acp': `uri=${GROUPS.everyone}` },
  { 'x-amz-grant-full-control': `id=${owner.canonicalId},uri=${GROUPS.authenticated}` },
  { 'x-amz-grant-read': `id=${ANONYMOUS_CANONICAL_ID}` },
]
const NOT_PUBLIC = [
  { 'x-amz-acl': 'private' },
  { 'x-amz-acl': 'bucket-owner-full-control' },
  { 'x-amz-grant-read': `id=${writer.canonicalId}` },
  { 'x-amz-grant-write': `uri=${GROUPS.logDelivery}` },
]

describe('BlockPublicAcls', () => {
  const requests = async (headers: Record<string, string>) => {
    const bucket = await room.bucket()
    await room.put(bucket, 'key')
    await room.block(bucket, 'BlockPublicAcls')
    const copying = { ...headers, 'x-amz-copy-source': `${bucket}/key` }
    return [
      await room.ask('owner', 'PUT', bucket, undefined, { ...ACL, headers }),
      await room.ask('owner', 'PUT', bucket, 'key', { ...ACL, headers }),
      await room.ask('owner', 'PUT', bucket, 'new', { headers, body: 'x' }),
      await room.ask('owner', 'PUT', bucket, 'copy', { headers: copying }),
      await room.ask('owner', 'POST', bucket, 'parts', { headers, query: 'uploads=' }),
    ]
  }

  it.each(PUBLIC)('refuses %o', async (headers) => {
    for (const answer of await requests(headers)) {
      expectError(answer, 403, 'AccessDenied')
      expect(answer.text).toContain('blocked by the BlockPublicAcls')
    }
  })
  it.each(NOT_PUBLIC)('lets %o pass', async (headers) => {
    for (const answer of await requests(headers)) expectSuccess(answer)
  })

  it('leaves ACLs as they are that were public before', async () => {
    const bucket = await room.bucket({ 'x-amz-acl': 'public-read' })
    await room.block(bucket, 'BlockPublicAcls')
    expectSuccess(await room.ask('anonymous', 'GET', bucket))
  })
})

describe('IgnorePublicAcls', () => {
  it('goes for what is granted to the id of anonymous requests', async () => {
    const bucket = await room.bucket()
    await room.put(bucket, 'key', { 'x-amz-grant-read': `id=${ANONYMOUS_CANONICAL_ID}` })
    expectSuccess(await room.ask('anonymous', 'GET', bucket, 'key'))
    await room.block(bucket, 'IgnorePublicAcls')
    expectError(await room.ask('anonymous', 'GET', bucket, 'key'), 403, 'AccessDenied')
  })

  it('makes public grants do nothing, and show nothing', async () => {
    const bucket = await room.bucket({ 'x-amz-acl': 'public-read-write' })
    const headers = { 'x-amz-grant-read': `id=${writer.canonicalId},uri=${GROUPS.authenticated}` }
    await room.put(bucket, 'key', headers)
    await room.block(bucket, 'IgnorePublicAcls')
    expectError(await room.ask('anonymous', 'GET', bucket), 403, 'AccessDenied')
    expectError(await room.ask('third', 'PUT', bucket, 'new', { body: 'x' }), 403, 'AccessDenied')
    expectError(await room.ask('third', 'GET', bucket, 'key'), 403, 'AccessDenied')
    expectSuccess(await room.ask('writer', 'GET', bucket, 'key'))
    expect(shownGrants(await room.must('owner', 'GET', bucket, undefined, ACL)).grants).toEqual([
      `FULL_CONTROL ${owner.canonicalId}`,
    ])
    expect(shownGrants(await room.must('owner', 'GET', bucket, 'key', ACL)).grants).toEqual([
      `READ ${writer.canonicalId}`,
    ])
    await room.set(bucket, 'publicAccessBlock')
    expectSuccess(await room.ask('anonymous', 'GET', bucket))
    expectSuccess(await room.ask('third', 'GET', bucket, 'key'))
  })

  it('does not refuse them', async () => {
    const bucket = await room.bucket()
    await room.block(bucket, 'IgnorePublicAcls')
    expectSuccess(
      await room.ask('owner', 'PUT', bucket, undefined, { ...ACL, headers: { 'x-amz-acl': 'public-read' } }),
    )
    expectError(await room.ask('anonymous', 'GET', bucket), 403, 'AccessDenied')
  })
})

const EVERYBODY = { Action: 's3:GetObject' }
const ONE = { Action: 's3:GetObject', Principal: { AWS: writer.id } }
const onObjects = (bucket: string, statement: object) => ({
  ...statement,
  Resource: `arn:aws:s3:::${bucket}/*`,
})

describe('BlockPublicPolicy', () => {
  it('refuses policies for everybody, and no others', async () => {
    const bucket = await room.bucket()
    await room.block(bucket, 'BlockPublicPolicy')
    await expect(room.policy(bucket, onObjects(bucket, EVERYBODY))).rejects.toThrow('AccessDenied')
    const Statement = { Effect: 'Allow', Principal: '*', ...onObjects(bucket, EVERYBODY) }
    const body = JSON.stringify({ Version: '2012-10-17', Statement })
    const refused = await room.ask('owner', 'PUT', bucket, undefined, { query: 'policy', body })
    expect(refused.text).toContain('public policies are blocked by the BlockPublicPolicy')
    await room.policy(bucket, onObjects(bucket, ONE))
    const nearby = { ...EVERYBODY, Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }
    await room.policy(bucket, onObjects(bucket, nearby))
  })

  it('leaves one alone that was there before', async () => {
    const bucket = await room.bucket()
    await room.put(bucket, 'key')
    await room.policy(bucket, onObjects(bucket, EVERYBODY))
    await room.block(bucket, 'BlockPublicPolicy')
    expectSuccess(await room.ask('anonymous', 'GET', bucket, 'key'))
  })
})

describe('RestrictPublicBuckets', () => {
  it('closes a bucket with a public policy to all other accounts', async () => {
    const bucket = await room.bucket()
    await room.put(bucket, 'key', { 'x-amz-grant-read': `id=${writer.canonicalId}` })
    await room.policy(bucket, onObjects(bucket, EVERYBODY))
    await room.block(bucket, 'RestrictPublicBuckets')
    for (const who of ['writer', 'third', 'anonymous'] as const) {
      expectError(await room.ask(who, 'GET', bucket, 'key'), 403, 'AccessDenied')
    }
    expectSuccess(await room.ask('owner', 'GET', bucket, 'key'))
  })

  it('leaves one with another policy open to whom it names', async () => {
    const bucket = await room.bucket()
    await room.put(bucket, 'key', { 'x-amz-acl': 'public-read' })
    await room.policy(bucket, onObjects(bucket, ONE))
    await room.block(bucket, 'RestrictPublicBuckets')
    for (const who of ['owner', 'writer', 'third', 'anonymous'] as const) {
      expectSuccess(await room.ask(who, 'GET', bucket, 'key'))
    }
  })
})
