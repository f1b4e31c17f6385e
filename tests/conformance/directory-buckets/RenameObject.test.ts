import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  RenameObjectCommand,
} from '@aws-sdk/client-s3'
import { MovableClock, type TestServer } from 'holdfast'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createBucket, putObject } from '../../support/buckets.ts'
import { contentOf } from '../../support/content.ts'
import { makeUser } from '../../support/identity-clients.ts'
import { type RawAnswer, rawRequest } from '../../support/raw-request.ts'
import { startTestServer } from '../../support/server.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { createDirectoryBucket, directoryName, expressRequest, sdkWithBucket } from './directory-room.ts'

const clock = new MovableClock(new Date(), { running: true })
let server: TestServer
const bucket = directoryName('renames')
beforeAll(async () => {
  server = await startTestServer({ clock })
  await createDirectoryBucket(server, 'renames')
  return () => server[Symbol.asyncDispose]()
})

const request = (method: string, key: string, parts: object = {}): Promise<RawAnswer> =>
  expressRequest(server, { method, path: `/${bucket}/${key}`, date: clock.now(), ...parts })
const rename = (source: string, key: string, headers: Record<string, string> = {}): Promise<RawAnswer> =>
  request('PUT', key, { query: 'renameObject', headers: { 'x-amz-rename-source': source, ...headers } })
const textOf = async (key: string): Promise<string | undefined> => {
  const { status, text } = await request('GET', key)
  return status === 200 ? text : undefined
}

beforeEach(async () => {
  await request('PUT', 'old', { body: 'old' })
  await request('DELETE', 'new')
})

describe('a rename', () => {
  it('gives an object another key, and leaves all else as it was', async () => {
    const headers = { 'content-type': 'text/x-own', 'x-amz-meta-kept': 'yes', 'x-amz-checksum-sha256': '' }
    const { 'x-amz-checksum-sha256': _, ...kept } = headers
    await request('PUT', 'old', { body: 'described', headers: kept })
    const checked = { headers: { 'x-amz-checksum-mode': 'ENABLED' } }
    const before = await request('HEAD', 'old', checked)
    clock.advance(60_000)
    const answer = await rename('old', 'new')
    expectSuccess(answer)
    expect(answer.body).toHaveLength(0)
    expect(await textOf('old')).toBeUndefined()
    expect(await textOf('new')).toBe('described')
    const after = await request('HEAD', 'new', checked)
    const told = ['etag', 'last-modified', 'content-type', 'x-amz-meta-kept', 'x-amz-storage-class']
    for (const name of [...told, 'x-amz-checksum-crc64nvme', 'x-amz-server-side-encryption'])
      expect([name, after.headers[name]]).toEqual([name, before.headers[name]])
    expect(after.headers['x-amz-checksum-crc64nvme']).toBeDefined()
  })

  it('replaces what is there', async () => {
    await request('PUT', 'new', { body: 'new' })
    expectSuccess(await rename('old', 'new'))
    expect([await textOf('old'), await textOf('new')]).toEqual([undefined, 'old'])
    await server.settle()
    expect(await textOf('new')).toBe('old')
  })

  it('to itself changes nothing', async () => {
    expectSuccess(await rename('old', 'old'))
    expect(await textOf('old')).toBe('old')
  })

  it.each([
    ['in its bucket', `${bucket}/dir/a%20%2B%C3%A9`],
    ['in its bucket, with a slash', `/${bucket}/dir/a%20%2B%C3%A9`],
    ['alone', 'dir%2Fa%20%2B%C3%A9'],
  ])('takes a source %s, URL-encoded', async (_, source) => {
    await request('PUT', 'dir/a%20%2B%C3%A9', { body: 'strange' })
    expectSuccess(await rename(source, 'dir/b'))
    expect(await textOf('dir/b')).toBe('strange')
  })

  it('moves large objects, and those in parts', async () => {
    const body = contentOf('renamed', 3_000_000)
    await request('PUT', 'large', { body })
    const headers = { 'x-amz-write-offset-bytes': String(body.length) }
    await request('PUT', 'large', { body: 'and more', headers })
    expectSuccess(await rename('large', 'renamed'))
    await server.settle()
    const { body: read } = await request('GET', 'renamed')
    expect(read.equals(Buffer.concat([body, Buffer.from('and more')]))).toBe(true)
  })

  it('happens once of many at a time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => rename('old', `race-${index}`)),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const lost of answers.filter(({ status }) => status !== 200)) expectError(lost, 404, 'NoSuchKey')
  })
})

describe('is refused', () => {
  it('where there is no source', async () => {
    expectError(await rename('absent', 'new'), 404, 'NoSuchKey')
  })

  it.each(['%E0%A4%A', '', `${bucket}/`])('for the source %j', async (source) => {
    expect((await rename(source, 'new')).status).toBe(400)
  })

  it('for names that end with a slash', async () => {
    await request('PUT', 'directory/', { body: '' })
    expectError(await rename('directory/', 'new'), 400, 'InvalidRequest')
    expectError(await rename('old', 'directory/'), 400, 'InvalidRequest')
  })

  it('without a source', async () => {
    const answer = await request('PUT', 'new', { query: 'renameObject' })
    expectError(answer, 400, 'MissingSecurityHeader')
  })

  it('in a general purpose bucket', async () => {
    await createBucket(server, 'general-purpose')
    await putObject(server, 'general-purpose', 'old', 'old')
    const headers = { 'x-amz-rename-source': 'old' }
    const general = { method: 'PUT', path: '/general-purpose/new', query: 'renameObject', headers }
    expectError(await rawRequest(server, { ...general, date: clock.now() }), 405, 'MethodNotAllowed')
  })

  it('to whoever may not create a session that writes', async () => {
    const reads = { StringEquals: { 's3express:SessionMode': 'ReadOnly' } }
    const statement = { Effect: 'Allow', Action: 's3express:CreateSession', Resource: '*', Condition: reads }
    const credentials = await makeUser(server, 'reader', statement)
    const headers = { 'x-amz-rename-source': 'old' }
    const refused = await request('PUT', 'new', { query: 'renameObject', headers, credentials })
    expectError(refused, 403, 'AccessDenied')
    expect(await textOf('old')).toBe('old')
  })
})

describe('conditions', () => {
  const date = (offsetSeconds: number): string =>
    new Date(clock.now().getTime() + offsetSeconds * 1000).toUTCString()
  const failing = async (headers: Record<string, string>, condition: string): Promise<void> => {
    const element = expectError(await rename('old', 'new', headers), 412, 'PreconditionFailed')
    expect(element('Condition')).toBe(condition)
    expect(await textOf('old')).toBe('old')
  }

  it('on the source', async () => {
    const etag = (await request('HEAD', 'old')).headers['etag'] ?? ''
    await failing({ 'x-amz-rename-source-if-match': '"other"' }, 'x-amz-rename-source-if-match')
    await failing({ 'x-amz-rename-source-if-none-match': etag }, 'x-amz-rename-source-if-none-match')
    await failing({ 'x-amz-rename-source-if-none-match': '*' }, 'x-amz-rename-source-if-none-match')
    await failing(
      { 'x-amz-rename-source-if-modified-since': date(60) },
      'x-amz-rename-source-if-modified-since',
    )
    await failing(
      { 'x-amz-rename-source-if-unmodified-since': date(-3600) },
      'x-amz-rename-source-if-unmodified-since',
    )
    expectSuccess(
      await rename('old', 'new', {
        'x-amz-rename-source-if-match': etag,
        'x-amz-rename-source-if-unmodified-since': date(60),
      }),
    )
  })

  it('on the destination that is there', async () => {
    const etag = (await request('PUT', 'new', { body: 'new' })).headers['etag'] ?? ''
    await failing({ 'if-none-match': '*' }, 'If-None-Match')
    await failing({ 'if-match': '"other"' }, 'If-Match')
    await failing({ 'if-modified-since': date(60) }, 'If-Modified-Since')
    await failing({ 'if-unmodified-since': date(-3600) }, 'If-Unmodified-Since')
    expect(await textOf('new')).toBe('new')
    expectSuccess(await rename('old', 'new', { 'if-match': etag }))
  })

  it('on the destination that is not there', async () => {
    await failing({ 'if-match': '"any"' }, 'If-Match')
    await failing({ 'if-modified-since': date(-3600) }, 'If-Modified-Since')
    const headers = { 'if-none-match': '*', 'if-unmodified-since': date(-3600) }
    expectSuccess(await rename('old', 'new', headers))
  })
})

describe('a client token', () => {
  it('makes a request that is sent again do nothing more', async () => {
    const headers = { 'x-amz-client-token': 'once' }
    expectSuccess(await rename('old', 'new', headers))
    await request('PUT', 'old', { body: 'another' })
    expectSuccess(await rename('old', 'new', headers))
    expect([await textOf('old'), await textOf('new')]).toEqual(['another', 'old'])
    clock.advance(24 * 60 * 60 * 1000)
    expectSuccess(await rename('old', 'new', headers))
    expect(await textOf('old')).toBe('another')
  })

  it('is of one request alone', async () => {
    const headers = { 'x-amz-client-token': 'mine' }
    expectSuccess(await rename('old', 'new', headers))
    expectError(await rename('old', 'other', headers), 400, 'IdempotencyParameterMismatch')
    const more = { ...headers, 'if-none-match': '*' }
    expectError(await rename('old', 'new', more), 400, 'IdempotencyParameterMismatch')
  })

  it('that was refused is free', async () => {
    const headers = { 'x-amz-client-token': 'free' }
    expectError(await rename('absent', 'new', headers), 404, 'NoSuchKey')
    expectSuccess(await rename('old', 'new', headers))
  })

  it.each(['x'.repeat(65), 'a b'])('is never %j', async (token) => {
    expectError(await rename('old', 'new', { 'x-amz-client-token': token }), 400, 'InvalidArgument')
  })
})

it('comes from the SDK', async () => {
  await using own = await startTestServer()
  const { client, Bucket } = await sdkWithBucket(own, 'sdk')
  await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }))
  await client.send(
    new RenameObjectCommand({ Bucket, Key: 'b', RenameSource: 'a', DestinationIfNoneMatch: '*' }),
  )
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'b' }))
  expect(await Body?.transformToString()).toBe('x')
  await expect(client.send(new HeadObjectCommand({ Bucket, Key: 'a' }))).rejects.toThrow(/NotFound|Unknown/)
})
