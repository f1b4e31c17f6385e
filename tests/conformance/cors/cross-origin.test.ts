import { GetObjectCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { createBucket } from '../../support/buckets.ts'
import { formBody, formContentType } from '../../support/post-form.ts'
import { presignedUrl, rawRequest } from '../../support/raw-request.ts'
import { startTestServer } from '../../support/server.ts'
import { AccessRoom, withMd5 } from '../access/access-room.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { bucketWith, CORS, corsAnswer, corsXml, expectNoCors, type RuleElements, VARY } from './cors-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const origin = 'https://www.example.com'
const ALL: RuleElements = {
  AllowedOrigin: ['https://*.example.com'],
  AllowedMethod: ['GET', 'PUT', 'POST', 'DELETE', 'HEAD'],
  ExposeHeader: ['ETag'],
  MaxAgeSeconds: 60,
}
const SHOWN = {
  'access-control-allow-origin': origin,
  'access-control-allow-credentials': 'true',
  'access-control-allow-methods': 'GET, PUT, POST, DELETE, HEAD',
  'access-control-expose-headers': 'ETag',
  'access-control-max-age': '60',
  vary: VARY,
}

describe('a request of an allowed origin', () => {
  it.each([
    ['PUT', 'key', {}, 200],
    ['GET', 'key', {}, 200],
    ['HEAD', 'key', {}, 200],
    ['GET', 'key', { range: 'bytes=1-2' }, 206],
    ['GET', 'key', { 'if-none-match': '*' }, 304],
    ['DELETE', 'key', {}, 204],
    ['GET', undefined, {}, 200],
    ['GET', 'absent', {}, 404],
    ['HEAD', 'absent', {}, 404],
    ['GET', 'key', { 'if-match': '"0"' }, 412],
    ['GET', 'key', { range: 'bytes=900-' }, 416],
    ['POST', undefined, {}, 412],
    ['GET', 'k'.repeat(1025), {}, 400],
    ['PUT', 'key', { 'x-amz-storage-class': 'NO_SUCH_CLASS' }, 400],
  ] as const)('%s %.10s %j is %4$i with the headers of its rule', async (method, key, headers, status) => {
    const bucket = await bucketWith(room, ALL)
    await room.put(bucket, 'key')
    const answer = await room.ask('owner', method, bucket, key, { headers: { ...headers, origin } })
    expect(answer.status).toBe(status)
    expect(corsAnswer(answer)).toEqual(SHOWN)
  })

  it('has them whoever sends it, let in or not', async () => {
    const bucket = await bucketWith(room, ALL)
    await room.put(bucket, 'key')
    for (const who of ['writer', 'anonymous'] as const) {
      const answer = await room.ask(who, 'GET', bucket, 'key', { headers: { origin } })
      expectError(answer, 403, 'AccessDenied')
      expect(corsAnswer(answer)).toEqual(SHOWN)
    }
    const credentials = { accessKeyId: 'UNKNOWNUNKNOWN000001', secretAccessKey: 'x' }
    const path = `/${bucket}/key`
    const answer = await rawRequest(room.server, { path, credentials, headers: { origin } })
    expectError(answer, 403, 'InvalidAccessKeyId')
    expect(corsAnswer(answer)).toEqual(SHOWN)
  })

  it('has them with a presigned URL, in fetch', async () => {
    const bucket = await bucketWith(room, ALL)
    await room.put(bucket, 'key')
    const url = presignedUrl(room.server, { path: `/${bucket}/key` })
    const answer = await fetch(url, { headers: { origin } })
    expect([answer.status, await answer.text()]).toEqual([200, `${bucket}/key`])
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
  })

  it('has them as answer to a form', async () => {
    const bucket = await bucketWith(room, ALL)
    const body = formBody([
      ['key', 'key'],
      ['file', { name: 'a', content: 'content' }],
    ])
    const headers = { origin, 'content-type': formContentType }
    const answer = await room.ask('anonymous', 'POST', bucket, undefined, { body, headers })
    expectError(answer, 403, 'AccessDenied')
    expect(corsAnswer(answer)).toEqual(SHOWN)
  })

  it('has them from the SDK', async () => {
    const Bucket = await bucketWith(room, ALL)
    await room.put(Bucket, 'key')
    const client = room.client()
    let seen: unknown
    client.middlewareStack.add(
      (next) => async (call) => {
        ;(call.request as { headers: Record<string, string> }).headers['origin'] = origin
        const result = await next(call)
        seen = (result.response as { headers: Record<string, string> }).headers['access-control-allow-origin']
        return result
      },
      { step: 'build' },
    )
    await client.send(new GetObjectCommand({ Bucket, Key: 'key' }))
    expect(seen).toBe(origin)
    client.destroy()
  })

  it('is one to the bucket in the host too', async () => {
    await using server = await startTestServer({ domains: ['s3.localhost'] })
    await createBucket(server, 'hosted')
    const headers = { host: `hosted.s3.localhost:${server.port}`, origin }
    const body = corsXml(ALL)
    expectSuccess(
      await rawRequest(server, {
        method: 'PUT',
        path: '/',
        ...CORS,
        body,
        headers: { ...headers, ...withMd5(body) },
      }),
    )
    for (const path of ['/', '/absent', `/${'k'.repeat(1025)}`]) {
      expect(corsAnswer(await rawRequest(server, { path, headers }))).toEqual(SHOWN)
    }
  })

  it('has the headers by the rules before it, not after', async () => {
    const bucket = await bucketWith(room, ALL)
    const headers = { origin }
    const deleted = await room.must('owner', 'DELETE', bucket, undefined, { ...CORS, headers })
    expect(corsAnswer(deleted)).toEqual(SHOWN)
    const body = corsXml(ALL)
    const put = { ...CORS, body, headers: { ...withMd5(body), origin } }
    expectNoCors(await room.must('owner', 'PUT', bucket, undefined, put))
    expect(corsAnswer(await room.must('owner', 'DELETE', bucket, undefined, { headers }))).toEqual(SHOWN)
  })

  it('is held against the method that it announces', async () => {
    const bucket = await bucketWith(room, { ...ALL, AllowedMethod: ['GET'], AllowedHeader: ['x-a'] })
    const announced = (method: string, names: string) =>
      room.must('owner', 'HEAD', bucket, undefined, {
        headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': names },
      })
    expect(corsAnswer(await announced('GET', 'X-A'))).toMatchObject({
      'access-control-allow-methods': 'GET',
      'access-control-allow-headers': 'x-a',
    })
    expectNoCors(await announced('GET', 'x-b'))
    expectNoCors(await announced('HEAD', 'x-a'))
  })
})

describe('without CORS headers is', () => {
  it.each([
    ['a request without Origin', {}],
    ['one of another origin', { origin: 'https://www.example.org' }],
    ['one with an empty origin', { origin: '' }],
  ])('%s, and goes on', async (_, headers) => {
    const bucket = await bucketWith(room, ALL)
    await room.put(bucket, 'key')
    const answer = await room.must('owner', 'GET', bucket, 'key', { headers })
    expect(answer.text).toBe(`${bucket}/key`)
    expectNoCors(answer)
  })

  it('one with a method that no rule has', async () => {
    const bucket = await bucketWith(room, { ...ALL, AllowedMethod: ['GET'] })
    expectNoCors(await room.must('owner', 'PUT', bucket, 'key', { headers: { origin } }))
  })

  it('one to a bucket without rules, to none, and to the service', async () => {
    const headers = { origin }
    expectNoCors(await room.must('owner', 'GET', await room.bucket(), undefined, { headers }))
    expectNoCors(await room.ask('owner', 'GET', 'no-such-bucket', 'key', { headers }))
    expectNoCors(await room.ask('owner', 'GET', 'x'.repeat(3000), 'key', { headers }))
    expectNoCors(await room.must('owner', 'GET', '', undefined, { headers }))
  })
})
