import { beforeAll, describe, expect, it } from 'vitest'
import { rawRequest } from '../../support/raw-request.ts'
import { AccessRoom } from '../access/access-room.ts'
import { expectError } from '../objects/object-room.ts'
import {
  bucketWith,
  corsAnswer,
  corsRequestHeaders,
  expectNoCors,
  preflight,
  type Question,
  type RuleElements,
  VARY,
} from './cors-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const ORIGIN = 'https://www.example.com'
const ASKED: Question = { origin: ORIGIN, method: 'PUT' }

describe('an allowed preflight', () => {
  it('tells what the rule says', async () => {
    const bucket = await bucketWith(room, {
      AllowedOrigin: [ORIGIN],
      AllowedMethod: ['PUT', 'POST'],
      AllowedHeader: ['Content-*', 'x-amz-date'],
      ExposeHeader: ['ETag', 'x-amz-request-id'],
      MaxAgeSeconds: 3000,
    })
    const answer = await preflight(room, bucket, 'key', {
      ...ASKED,
      headers: 'Content-Type,  X-Amz-Date,content-md5,',
    })
    expect([answer.status, answer.text, answer.headers['content-length']]).toEqual([200, '', '0'])
    expect(corsAnswer(answer)).toEqual({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'PUT, POST',
      'access-control-allow-headers': 'content-type, x-amz-date, content-md5',
      'access-control-expose-headers': 'ETag, x-amz-request-id',
      'access-control-max-age': '3000',
      vary: VARY,
    })
  })

  it('names nobody where everybody may', async () => {
    const bucket = await bucketWith(room, { AllowedOrigin: [ORIGIN, '*'], AllowedMethod: ['PUT'] })
    expect(corsAnswer(await preflight(room, bucket, 'key', ASKED))).toEqual({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'PUT',
      vary: VARY,
    })
  })

  it.each([
    ['a bucket', undefined, ''],
    ['a setting of a bucket', undefined, 'lifecycle='],
    ['an upload', 'key', 'uploads='],
    ['a version', 'key', 'versionId=garbage'],
    ['a presigned request', 'key', 'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0'],
  ])('may be about %s', async (_, key, query) => {
    const bucket = await bucketWith(room, { AllowedMethod: ['PUT'] })
    expect((await preflight(room, bucket, key, ASKED, { query })).status).toBe(200)
  })

  it('does not tell whether there is such a key', async () => {
    const bucket = await bucketWith(room, { AllowedMethod: ['PUT'] })
    await room.put(bucket, 'key')
    const answers = await Promise.all(['key', 'absent'].map((key) => preflight(room, bucket, key, ASKED)))
    expect(
      new Set(answers.map((answer) => JSON.stringify([answer.status, corsAnswer(answer), answer.text]))).size,
    ).toBe(1)
  })

  it('is nobody’s: a wrong signature does not matter', async () => {
    const bucket = await bucketWith(room, { AllowedMethod: ['PUT'] })
    const credentials = { accessKeyId: 'UNKNOWNUNKNOWN000001', secretAccessKey: 'x' }
    const path = `/${bucket}/key`
    const answer = await rawRequest(room.server, {
      method: 'OPTIONS',
      path,
      headers: corsRequestHeaders(ASKED),
      credentials,
    })
    expect(answer.status).toBe(200)
  })

  it('may have a body, which nobody reads', async () => {
    const bucket = await bucketWith(room, { AllowedMethod: ['PUT'] })
    expect((await preflight(room, bucket, 'key', ASKED, { body: 'body' })).status).toBe(200)
  })
})

describe('the rule', () => {
  const asked = async (rules: readonly RuleElements[], question: Question) =>
    (await preflight(room, await bucketWith(room, ...rules), 'key', question)).headers[
      'access-control-max-age'
    ]

  it('is the first that allows origin, method and headers', async () => {
    const rules: RuleElements[] = [
      { AllowedOrigin: ['https://other.example'], AllowedMethod: ['PUT'], MaxAgeSeconds: 1 },
      { AllowedMethod: ['GET'], MaxAgeSeconds: 2 },
      { AllowedMethod: ['PUT'], AllowedHeader: ['x-amz-date'], MaxAgeSeconds: 3 },
      { AllowedMethod: ['PUT'], AllowedHeader: ['*'], MaxAgeSeconds: 4 },
      { AllowedMethod: ['PUT'], AllowedHeader: ['*'], MaxAgeSeconds: 5 },
    ]
    expect(await asked(rules, { ...ASKED, method: 'GET' })).toBe('2')
    expect(await asked(rules, ASKED)).toBe('3')
    expect(await asked(rules, { ...ASKED, headers: 'x-amz-date' })).toBe('3')
    expect(await asked(rules, { ...ASKED, headers: 'x-amz-date, x-other' })).toBe('4')
  })

  it.each([
    ['https://*.example.com', 'https://www.example.com', true],
    ['https://*.example.com', 'https://a.b.example.com', true],
    ['https://*.example.com', 'https://example.com', false],
    ['https://*.example.com', 'http://www.example.com', false],
    ['https://*.example.com', 'https://www.example.com.evil.example', false],
    ['https://*', 'https://www.example.com:8443', true],
    ['*.example.com', 'https://www.example.com', true],
    ['https://www.example.com', 'https://www.example.com:443', false],
    ['https://www.example.com', 'https://WWW.example.com', false],
    ['https://w.w.example.com', 'https://www.example.com', false],
    ['null', 'null', true],
    ['https://aa*aa', 'https://aaa', false],
  ])('for the origin %s is matched by %s: %s', async (allowed, origin, matches) => {
    const rule = { AllowedOrigin: [allowed], AllowedMethod: ['PUT'], MaxAgeSeconds: 7 }
    expect(await asked([rule], { origin, method: 'PUT' })).toBe(matches ? '7' : undefined)
  })

  it.each([
    ['x-amz-*', 'X-Amz-Meta-A', true],
    ['X-AMZ-*', 'x-amz-date', true],
    ['x-*-date', 'x-amz-date', true],
    ['x-amz-*', 'x-other', false],
    ['content-type', 'content-type, x-other', false],
    ['content.type', 'content-type', false],
    ['*', 'a, b, c', true],
    ['content-type', '', true],
    ['content-type', ' , ,', true],
  ])('for the header %s is matched by %j: %s', async (allowed, headers, matches) => {
    const rule = { AllowedMethod: ['PUT'], AllowedHeader: [allowed], MaxAgeSeconds: 7 }
    expect(await asked([rule], { ...ASKED, headers })).toBe(matches ? '7' : undefined)
  })

  it('without headers allows none', async () => {
    const rule = { AllowedMethod: ['PUT'], MaxAgeSeconds: 7 }
    expect(await asked([rule], { ...ASKED, headers: 'content-type' })).toBeUndefined()
  })

  it('is that of the newest configuration', async () => {
    const bucket = await bucketWith(room, { AllowedMethod: ['PUT'] })
    expect((await preflight(room, bucket, 'key', ASKED)).status).toBe(200)
    await room.set(
      bucket,
      'cors',
      '<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>',
    )
    expect((await preflight(room, bucket, 'key', ASKED)).status).toBe(403)
  })
})

describe('a preflight that is not allowed', () => {
  const notAllowed = /^CORSResponse: This CORS request is not allowed\./

  it.each([
    ['another origin', { origin: 'https://other.example', method: 'PUT' }],
    ['another method', { origin: ORIGIN, method: 'DELETE' }],
    ['another header', { origin: ORIGIN, method: 'PUT', headers: 'content-type, x-other' }],
    ['bytes that are no origin', { origin: 'https://www.exämple.com', method: 'PUT' }],
  ] as const)('for %s is forbidden', async (_, question) => {
    const bucket = await bucketWith(room, {
      AllowedOrigin: [ORIGIN, 'https://www.ex*mple.com'],
      AllowedMethod: ['PUT'],
      AllowedHeader: ['content-type'],
    })
    for (const [key, type] of [
      ['key', 'OBJECT'],
      [undefined, 'BUCKET'],
    ] as const) {
      const answer = await preflight(room, bucket, key, question)
      const element = expectError(answer, 403, 'AccessForbidden')
      expect(element('Message')).toMatch(notAllowed)
      expect([element('Method'), element('ResourceType')]).toEqual([question.method, type])
      expectNoCors(answer)
    }
  })

  it('is so where the bucket has no rules', async () => {
    const bucket = await room.bucket()
    const element = expectError(await preflight(room, bucket, 'key', ASKED), 403, 'AccessForbidden')
    expect(element('Message')).toBe('CORSResponse: CORS is not enabled for this bucket.')
    expect([element('Method'), element('ResourceType')]).toEqual(['PUT', 'BUCKET'])
  })

  it.each(['no-such-bucket', 'NO', '', 'x'.repeat(3000), '%00'])(
    'is so where there is no bucket: %.20s',
    async (bucket) => {
      const element = expectError(await preflight(room, bucket, undefined, ASKED), 403, 'AccessForbidden')
      expect(element('Message')).toBe('CORSResponse: Bucket not found')
    },
  )

  it('needs an origin, whatever there is', async () => {
    const buckets = [await bucketWith(room, {}), await room.bucket(), 'no-such-bucket']
    for (const bucket of buckets) {
      const element = expectError(await preflight(room, bucket, 'key', { method: 'GET' }), 400, 'BadRequest')
      expect(element('Message')).toBe('Insufficient information. Origin request header needed.')
    }
  })

  it.each([
    [undefined, 'null'],
    ['PATCH', 'PATCH'],
    ['get', 'get'],
    ['OPTIONS', 'OPTIONS'],
  ])('needs a method that S3 has, so not %s', async (method, shown) => {
    const bucket = await bucketWith(room, {})
    const element = expectError(
      await preflight(room, bucket, 'key', { origin: ORIGIN, method }),
      400,
      'BadRequest',
    )
    expect(element('Message')).toBe(`Invalid Access-Control-Request-Method: ${shown}`)
  })
})
