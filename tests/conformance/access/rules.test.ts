import { beforeAll, describe, expect, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { AccessRoom, owner, type Statement, third, VERSIONED, withMd5, writer } from './access-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const objectsOf = (bucket: string) => `arn:aws:s3:::${bucket}/*`
const toWriter = { Principal: { AWS: writer.id } }

/** A bucket with the object `key` and a policy. */
async function bucketWith(...statements: ((bucket: string) => Statement)[]): Promise<string> {
  const bucket = await room.bucket()
  await room.put(bucket, 'key')
  await room.policy(bucket, ...statements.map((statement) => statement(bucket)))
  return bucket
}

describe('a policy', () => {
  const PRINCIPALS: [string, object | string][] = [
    ['an id', { AWS: writer.id }],
    ['an ARN', { AWS: `arn:aws:iam::${writer.id}:root` }],
    ['one of several', { AWS: [owner.id, writer.id] }],
    ['a canonical id', { CanonicalUser: writer.canonicalId }],
  ]
  it.each(PRINCIPALS)('lets in an account that it names by %s, and no other', async (_, Principal) => {
    const bucket = await bucketWith((name) => ({
      Principal,
      Action: 's3:GetObject',
      Resource: objectsOf(name),
    }))
    expectSuccess(await room.ask('writer', 'GET', bucket, 'key'))
    expectError(await room.ask('third', 'GET', bucket, 'key'), 403, 'AccessDenied')
    expectError(await room.ask('anonymous', 'GET', bucket, 'key'), 403, 'AccessDenied')
    expectError(await room.ask('writer', 'PUT', bucket, 'key', { body: 'x' }), 403, 'AccessDenied')
  })

  it.each(['*', { AWS: '*' }])('lets everybody in that says %o', async (Principal) => {
    const bucket = await bucketWith((name) => ({ Principal, Action: 's3:Get*', Resource: objectsOf(name) }))
    for (const who of ['writer', 'third', 'anonymous'] as const) {
      expectSuccess(await room.ask(who, 'GET', bucket, 'key'))
    }
  })

  it('that denies wins over any that allows, over ACLs and over the owner', async () => {
    const bucket = await bucketWith(
      (name) => ({ Action: 's3:*', Resource: objectsOf(name) }),
      (name) => ({ Effect: 'Deny', Action: 's3:GetObject', Resource: `arn:aws:s3:::${name}/k?y` }),
    )
    await room.must('owner', 'PUT', bucket, 'key', { query: 'acl=', headers: { 'x-amz-acl': 'public-read' } })
    for (const who of ['owner', 'writer', 'anonymous'] as const) {
      expectError(await room.ask(who, 'GET', bucket, 'key'), 403, 'AccessDenied')
      expectSuccess(await room.ask(who, 'GET', bucket, 'key', { query: 'acl=' }))
    }
  })

  it('with NotPrincipal denies all but those it names', async () => {
    const bucket = await bucketWith(
      (name) => ({ Action: 's3:GetObject', Resource: objectsOf(name) }),
      (name) => ({
        Effect: 'Deny',
        NotPrincipal: { AWS: [owner.id, writer.id] },
        Action: 's3:GetObject',
        Resource: objectsOf(name),
      }),
    )
    expectSuccess(await room.ask('owner', 'GET', bucket, 'key'))
    expectSuccess(await room.ask('writer', 'GET', bucket, 'key'))
    expectError(await room.ask('third', 'GET', bucket, 'key'), 403, 'AccessDenied')
    expectError(await room.ask('anonymous', 'GET', bucket, 'key'), 403, 'AccessDenied')
  })

  it('with NotAction and NotResource is about all the rest', async () => {
    const bucket = await bucketWith(
      (name) => ({ ...toWriter, NotAction: 's3:PutObject', Resource: objectsOf(name) }),
      (name) => ({
        ...toWriter,
        Effect: 'Deny',
        Action: 's3:GetObject',
        NotResource: [`arn:aws:s3:::${name}/key`, `arn:aws:s3:::${name}/open/*`],
      }),
    )
    await room.put(bucket, 'open/a')
    await room.put(bucket, 'other')
    for (const key of ['key', 'open/a']) expectSuccess(await room.ask('writer', 'GET', bucket, key))
    expectError(await room.ask('writer', 'GET', bucket, 'other'), 403, 'AccessDenied')
    expectError(await room.ask('writer', 'PUT', bucket, 'key', { body: 'x' }), 403, 'AccessDenied')
    expectSuccess(await room.ask('writer', 'DELETE', bucket, 'other'), 204)
  })

  it('with variables is about the caller’s own', async () => {
    const bucket = await bucketWith((name) => ({
      Action: ['s3:GetObject', 's3:PutObject'],
      Resource: `arn:aws:s3:::${name}/\${aws:PrincipalAccount}/*`,
    }))
    await room.put(bucket, `${writer.id}/a`, {}, 'writer')
    expectError(await room.ask('writer', 'PUT', bucket, `${third.id}/a`, { body: 'x' }), 403, 'AccessDenied')
    expectError(
      await room.ask('anonymous', 'PUT', bucket, `${third.id}/a`, { body: 'x' }),
      403,
      'AccessDenied',
    )
  })

  it('cannot allow what belongs to another account, but deny it', async () => {
    const bucket = await room.bucket({ 'x-amz-acl': 'public-read-write' })
    await room.put(bucket, 'key', {}, 'writer')
    await room.policy(bucket, { Action: 's3:GetObject', Resource: objectsOf(bucket) })
    expectError(await room.ask('third', 'GET', bucket, 'key'), 403, 'AccessDenied')
    expectError(await room.ask('owner', 'GET', bucket, 'key'), 403, 'AccessDenied')
    expectSuccess(await room.ask('writer', 'GET', bucket, 'key'))
    await room.policy(bucket, { Effect: 'Deny', Action: 's3:GetObject', Resource: objectsOf(bucket) })
    expectError(await room.ask('writer', 'GET', bucket, 'key'), 403, 'AccessDenied')
  })
})

describe('copies between accounts', () => {
  const copy = (from: string, to: string) =>
    room.ask('writer', 'PUT', to, 'copy', { headers: { 'x-amz-copy-source': `${from}/key` } })
  const copyPart = async (from: string, to: string) => {
    const headers = { 'x-amz-copy-source': `${from}/key` }
    const begun = await room.ask('writer', 'POST', to, 'parts', { query: 'uploads=' })
    const uploadId = xmlTexts(begun.text, 'UploadId')[0] ?? '0'.repeat(40)
    return room.ask('writer', 'PUT', to, 'parts', { query: `partNumber=1&uploadId=${uploadId}`, headers })
  }
  const readable = (name: string) => ({ ...toWriter, Action: 's3:GetObject', Resource: objectsOf(name) })
  const writable = (name: string) => ({ ...toWriter, Action: 's3:PutObject', Resource: objectsOf(name) })

  it.each([
    ['CopyObject', copy],
    ['UploadPartCopy', copyPart],
  ])('%s takes reading on one side and writing on the other', async (_, request) => {
    const [closed, source, target] = [
      await room.bucket(),
      await bucketWith(readable),
      await bucketWith(writable),
    ]
    await room.put(closed, 'key')
    expectSuccess(await request(source, target))
    expectError(await request(closed, target), 403, 'AccessDenied')
    expectError(await request(source, closed), 403, 'AccessDenied')
    expectError(await request(target, source), 403, 'AccessDenied')
  })

  it('hold both owners against what the request expects', async () => {
    const [source, own] = [await bucketWith(readable), await room.bucket({}, 'writer')]
    const ask = (headers: Record<string, string>) =>
      room.ask('writer', 'PUT', own, 'copy', {
        headers: { 'x-amz-copy-source': `${source}/key`, ...headers },
      })
    expectSuccess(
      await ask({ 'x-amz-expected-bucket-owner': writer.id, 'x-amz-source-expected-bucket-owner': owner.id }),
    )
    expectError(await ask({ 'x-amz-source-expected-bucket-owner': writer.id }), 403, 'AccessDenied')
    expectError(
      await ask({ 'x-amz-source-expected-bucket-owner': 'x' }),
      400,
      'InvalidBucketOwnerAWSAccountID',
    )
    expectError(await ask({ 'x-amz-expected-bucket-owner': owner.id }), 403, 'AccessDenied')
  })

  it('of a version take the version’s permission', async () => {
    const bucket = await room.bucket()
    await room.set(bucket, 'versioning', VERSIONED)
    const version = String((await room.put(bucket, 'key')).headers['x-amz-version-id'])
    const own = await room.bucket({}, 'writer')
    const headers = { 'x-amz-copy-source': `${bucket}/key?versionId=${version}` }
    await room.policy(bucket, readable(bucket))
    expectError(await room.ask('writer', 'PUT', own, 'copy', { headers }), 403, 'AccessDenied')
    await room.policy(bucket, { ...readable(bucket), Action: 's3:GetObjectVersion' })
    expectSuccess(await room.ask('writer', 'PUT', own, 'copy', { headers }))
    expectError(await copy(bucket, own), 403, 'AccessDenied')
  })
})

it('DeleteObjects decides on each key alone', async () => {
  const bucket = await room.bucket()
  for (const key of ['mine/a', 'mine/b', 'yours/c']) await room.put(bucket, key)
  await room.policy(bucket, {
    ...toWriter,
    Action: 's3:DeleteObject',
    Resource: `arn:aws:s3:::${bucket}/mine/*`,
  })
  const keys = ['mine/a', 'yours/c', 'mine/nothing', 'yours/nothing', 'mine/b']
  const body = `<Delete>${keys.map((key) => `<Object><Key>${key}</Key></Object>`).join('')}</Delete>`
  const ask = (who: 'writer' | 'third' | 'anonymous') =>
    room.ask(who, 'POST', bucket, undefined, { query: 'delete=', body, headers: withMd5(body) })
  const keysOf = (text: string, element: string) =>
    (text.match(new RegExp(`<${element}>.*?</${element}>`, 'gs')) ?? []).map(
      (entry) => xmlTexts(entry, 'Key')[0],
    )
  const third = await ask('third')
  expect(third.status).toBe(200)
  expect([keysOf(third.text, 'Deleted'), keysOf(third.text, 'Error')]).toEqual([[], keys])
  // Nothing could let strangers in, so their document is not read.
  const stranger = await ask('anonymous')
  expect([stranger.status, xmlTexts(stranger.text, 'Code')]).toEqual([403, ['AccessDenied']])
  const { text } = await ask('writer')
  expect(keysOf(text, 'Deleted')).toEqual(['mine/a', 'mine/nothing', 'mine/b'])
  expect(keysOf(text, 'Error')).toEqual(['yours/c', 'yours/nothing'])
  expect(xmlTexts(text, 'Code')).toEqual(['AccessDenied', 'AccessDenied'])
})

describe('a key that is not there', () => {
  const onBucket = (Action: string) => (name: string) => ({
    ...toWriter,
    Action,
    Resource: `arn:aws:s3:::${name}`,
  })
  const onObjects = (Action: string) => (name: string) => ({ ...toWriter, Action, Resource: objectsOf(name) })
  const LIST = onBucket('s3:ListBucket')

  it.each([
    ['may list and read', [LIST, onObjects('s3:GetObject')], 404],
    ['may list', [LIST], 404],
    ['may read', [onObjects('s3:GetObject')], 403],
    ['may neither', [onObjects('s3:PutObject')], 403],
  ])('is told as such to who %s', async (_, statements, status) => {
    const bucket = await bucketWith(...statements)
    const code = status === 404 ? 'NoSuchKey' : 'AccessDenied'
    expectError(await room.ask('writer', 'GET', bucket, 'nothing'), status, code)
    expect((await room.ask('writer', 'HEAD', bucket, 'nothing')).status).toBe(status)
    expectError(await room.ask('owner', 'GET', bucket, 'nothing'), 404, 'NoSuchKey')
    expectError(await room.ask('third', 'GET', bucket, 'nothing'), 403, 'AccessDenied')
  })

  it('is not told where reading it is forbidden outright', async () => {
    const bucket = await bucketWith(LIST, (name) => ({ ...onObjects('s3:GetObject')(name), Effect: 'Deny' }))
    expectError(await room.ask('writer', 'GET', bucket, 'nothing'), 403, 'AccessDenied')
  })

  it('may not be written or deleted by who may only list', async () => {
    const bucket = await bucketWith(LIST)
    expectError(await room.ask('writer', 'PUT', bucket, 'nothing', { body: 'x' }), 403, 'AccessDenied')
    expectError(await room.ask('writer', 'DELETE', bucket, 'nothing'), 403, 'AccessDenied')
    expectError(
      await room.ask('writer', 'POST', bucket, 'nothing', { query: 'uploads=' }),
      403,
      'AccessDenied',
    )
  })

  it('is told by an ACL that lets everybody list', async () => {
    const bucket = await room.bucket({ 'x-amz-acl': 'public-read' })
    expectError(await room.ask('anonymous', 'GET', bucket, 'nothing'), 404, 'NoSuchKey')
  })
})

describe('the anonymous', () => {
  it('may do what everybody may, and nothing that takes an account', async () => {
    const bucket = await room.bucket({ 'x-amz-acl': 'public-read-write' })
    expectSuccess(await room.ask('anonymous', 'PUT', bucket, 'key', { body: 'x' }))
    expectSuccess(await room.ask('anonymous', 'GET', bucket, 'key'))
    expectError(
      await room.ask('anonymous', 'POST', bucket, 'key', { query: 'uploads=' }),
      403,
      'AccessDenied',
    )
    expectError(await room.ask('anonymous', 'PUT', 'a-new-bucket'), 403, 'AccessDenied')
    expectError(await rawRequest(room.server, { path: '/', anonymous: true }), 403, 'AccessDenied')
  })

  const OVERRIDES = [
    'content-type',
    'content-language',
    'expires',
    'cache-control',
    'content-disposition',
    'content-encoding',
  ]
  it.each(OVERRIDES)('may not override %s', async (header) => {
    const bucket = await room.bucket()
    await room.put(bucket, 'key', { 'x-amz-acl': 'public-read' })
    const query = `response-${header}=x`
    expectError(await room.ask('anonymous', 'GET', bucket, 'key', { query }), 400, 'InvalidRequest')
    expect((await room.ask('anonymous', 'HEAD', bucket, 'key', { query })).status).toBe(400)
    const signed = await room.must('writer', 'GET', bucket, 'key', { query })
    expect(signed.headers[header]).toBe('x')
  })
})

it('a signed URL has the rights of who signed it, no more', async () => {
  const bucket = await bucketWith((name) => ({
    ...toWriter,
    Action: 's3:GetObject',
    Resource: objectsOf(name),
  }))
  const url = { path: `/${bucket}/key`, presigned: { expiresSeconds: 60 }, credentials: otherCredentials }
  expectSuccess(await rawRequest(room.server, url))
  expectError(await rawRequest(room.server, { ...url, method: 'DELETE' }), 403, 'AccessDenied')
  await room.set(bucket, 'policy')
  expectError(await rawRequest(room.server, url), 403, 'AccessDenied')
})

it('what is refused says nothing of what is there', async () => {
  const bucket = await room.bucket()
  await room.put(bucket, 'key')
  const answers = await Promise.all(['key', 'nothing'].map((key) => room.ask('third', 'GET', bucket, key)))
  const [there, notThere] = answers.map(({ text }) =>
    text.replaceAll(/<(RequestId|Resource|HostId)>.*?<\/\1>/g, ''),
  )
  expect(there).toBe(notThere)
})
