import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { MovableClock, type TestServer } from 'holdfast'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { mainCredentials, otherCredentials } from '../../support/accounts.ts'
import { createBucket, getObject, putObject } from '../../support/buckets.ts'
import { RawConnection } from '../../support/raw-connection.ts'
import { type RawAnswer, type RawRequest, presignedUrl, rawRequest } from '../../support/raw-request.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'
import { presignQuery, signHeaders } from '../../support/signature-v4.ts'
import { expectError, expectSuccess, sdkError } from '../objects/object-room.ts'

const start = new Date('2026-03-01T12:00:00Z')
const minutes = (count: number): Date => new Date(start.getTime() + count * 60_000)
const path = '/the-bucket/key'
let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ clock: new MovableClock(new Date()) })
  await createBucket(server, 'the-bucket')
  await putObject(server, 'the-bucket', 'key', 'x')
  return () => server[Symbol.asyncDispose]()
})
beforeEach(() => server.clock.set(start))

const get = (request: Partial<RawRequest> = {}): Promise<RawAnswer> =>
  rawRequest(server, { path, date: start, ...request })

describe('the time of a request', () => {
  it.each([-15, -14.9, 0, 14.9, 15])('may be %d minutes off', async (off) => {
    expectSuccess(await get({ date: minutes(off) }))
  })

  it.each([-15.1, 15.1, -60 * 11, 60 * 11])('may not be %d minutes off', async (off) => {
    const element = expectError(await get({ date: minutes(off) }), 403, 'RequestTimeTooSkewed')
    expect(element('ServerTime')).toBe('2026-03-01T12:00:00Z')
    expect(element('MaxAllowedSkewMilliseconds')).toBe('900000')
    expect(element('RequestTime')).toMatch(/^20260[23]\d\dT\d{6}Z$/)
  })

  it('is measured by the server’s clock', async () => {
    server.clock.advance(16 * 60_000)
    expectError(await get(), 403, 'RequestTimeTooSkewed')
    server.clock.set(start)
    expectSuccess(await get())
  })

  it('has to be there, and to be a time', async () => {
    for (const date of ['yesterday', '20260301', '2026-03-01T12:00:00Z', '']) {
      const answer = await get({ headers: { 'x-amz-date': date } })
      expectError(answer, 403, 'AccessDenied')
    }
  })
})

describe('who signs', () => {
  it('has to be known', async () => {
    const credentials = { accessKeyId: 'NOSUCHACCESSKEY00001', secretAccessKey: 'secret' }
    const element = expectError(await get({ credentials }), 403, 'InvalidAccessKeyId')
    expect(element('AWSAccessKeyId')).toBe(credentials.accessKeyId)
    const client = s3Client(
      { url: server.url, credentials },
      { systemClockOffset: start.getTime() - Date.now() },
    )
    const command = new GetObjectCommand({ Bucket: 'the-bucket', Key: 'key' })
    expect(await sdkError(client.send(command))).toEqual([403, 'InvalidAccessKeyId'])
  })

  it('has to have the secret', async () => {
    const credentials = { ...mainCredentials, secretAccessKey: otherCredentials.secretAccessKey }
    const element = expectError(await get({ credentials }), 403, 'SignatureDoesNotMatch')
    expect(element('AWSAccessKeyId')).toBe(mainCredentials.accessKeyId)
    expect(element('StringToSign')).toMatch(
      /^AWS4-HMAC-SHA256\n20260301T120000Z\n20260301\/us-east-1\/s3\/aws4_request\n[0-9a-f]{64}$/,
    )
    expect(element('CanonicalRequest')).toMatch(/^GET\n\/the-bucket\/key\n\n/)
    expect(element('SignatureProvided')).toMatch(/^[0-9a-f]{64}$/)
    expect(element('StringToSignBytes')).toMatch(/^41 57 53 34/)
  })

  it('may not be nobody', async () => {
    expectError(await get({ anonymous: true }), 403, 'AccessDenied')
    expectError(await get({ anonymous: true, method: 'PUT', body: 'y' }), 403, 'AccessDenied')
  })

  it('with a token that no service gave is InvalidToken', async () => {
    const credentials = { ...mainCredentials, sessionToken: 'a-token' }
    expectError(await get({ credentials }), 400, 'InvalidToken')
    expectError(await get({ credentials, presigned: { expiresSeconds: 60 } }), 400, 'InvalidToken')
  })
})

describe('what is signed', () => {
  it('names this region', async () => {
    const element = expectError(await get({ region: 'eu-west-1' }), 400, 'AuthorizationHeaderMalformed')
    expect(element('Region')).toBe('us-east-1')
    const presigned = await get({ region: 'eu-west-1', presigned: { expiresSeconds: 60 } })
    expect(expectError(presigned, 400, 'AuthorizationQueryParametersError')('Region')).toBe('us-east-1')
  })

  const altered = (change: (headers: Record<string, string>) => void): Promise<RawAnswer> => {
    const headers = { host: new URL(server.url).host }
    const request = { method: 'GET', path, headers, credentials: mainCredentials, date: start }
    const signed = { ...signHeaders(request, 'UNSIGNED-PAYLOAD').headers }
    change(signed)
    return get({ headers: signed, anonymous: true })
  }
  const rewrite = (pattern: RegExp | string, text: string): Promise<RawAnswer> =>
    altered((headers) => {
      headers['authorization'] = (headers['authorization'] ?? '').replace(pattern, text)
    })

  it.each([
    [/Signature=./, 'Signature=g', 403, 'SignatureDoesNotMatch'],
    [/Signature=.*/, 'Signature=', 400, 'AuthorizationHeaderMalformed'],
    [/Signature=.*/, '', 400, 'AuthorizationHeaderMalformed'],
    [/SignedHeaders=[^,]*,/, '', 400, 'AuthorizationHeaderMalformed'],
    [/Credential=[^,]*,/, '', 400, 'AuthorizationHeaderMalformed'],
    ['/aws4_request', '', 400, 'AuthorizationHeaderMalformed'],
    ['/aws4_request', '/aws5_request', 400, 'AuthorizationHeaderMalformed'],
    ['/s3/', '/sqs/', 400, 'AuthorizationHeaderMalformed'],
    ['/20260301/', '/20260302/', 400, 'AuthorizationHeaderMalformed'],
    ['/20260301/', '/today/', 400, 'AuthorizationHeaderMalformed'],
    ['host;', '', 403, 'AccessDenied'],
    ['AWS4-HMAC-SHA256 ', 'AWS4-HMAC-SHA512 ', 400, 'InvalidArgument'],
    [/^.*$/, 'garbage', 400, 'InvalidArgument'],
    [/^.*$/, 'Basic dXNlcjpwYXNz', 400, 'InvalidArgument'],
  ] as const)('is whole: %s → %s', async (pattern, text, status, code) => {
    expectError(await rewrite(pattern, text), status, code)
  })

  it('is every x-amz- header', async () => {
    const answer = await altered((headers) => {
      headers['x-amz-storage-class'] = 'GLACIER'
    })
    expect(expectError(answer, 403, 'AccessDenied')('HeadersNotSigned')).toBe('x-amz-storage-class')
  })

  it('is the path, the query and the method', async () => {
    const url = presignedUrl(server, { path, query: 'response-content-type=text%2Fplain', date: start })
    const { pathname, search } = new URL(url)
    const send = (changed: Partial<RawRequest>): Promise<RawAnswer> =>
      get({ path: pathname, query: search.slice(1), anonymous: true, ...changed })
    expectSuccess(await send({}))
    expectError(await send({ path: '/the-bucket/other' }), 403, 'SignatureDoesNotMatch')
    expectError(await send({ query: search.slice(1).replace('plain', 'html') }), 403, 'SignatureDoesNotMatch')
    expectError(await send({ query: `${search.slice(1)}&versionId=null` }), 403, 'SignatureDoesNotMatch')
    expectError(await send({ method: 'DELETE' }), 403, 'SignatureDoesNotMatch')
    expectError(await send({ headers: { host: 'example.com' } }), 403, 'SignatureDoesNotMatch')
    expect((await getObject(server, 'the-bucket', 'key')).errorCode).toBe('RequestTimeTooSkewed')
  })
})

describe('a presigned URL', () => {
  const presigned = (expiresSeconds: number, request: Partial<RawRequest> = {}): Promise<RawAnswer> =>
    get({ presigned: { expiresSeconds }, ...request })

  it.each([1, 60, 604_800])('is good for %i seconds', async (seconds) => {
    server.clock.set(new Date(start.getTime() + seconds * 1000))
    expectSuccess(await presigned(seconds))
    server.clock.advance(1000)
    const element = expectError(await presigned(seconds), 403, 'AccessDenied')
    expect(element('Message')).toBe('Request has expired')
    expect(element('X-Amz-Expires')).toBe(String(seconds))
    expect(Date.parse(element('ServerTime')) - Date.parse(element('Expires'))).toBe(1000)
  })

  it.each([0, -1, 604_801, 99_999_999_999, 1.5])('is never good for %d seconds', async (seconds) => {
    expectError(await presigned(seconds), 400, 'AuthorizationQueryParametersError')
  })

  it('is not good yet where its time is to come', async () => {
    expectSuccess(await presigned(60, { date: minutes(15) }))
    expectError(await presigned(60, { date: minutes(16) }), 403, 'AccessDenied')
  })

  it.each([
    'X-Amz-Algorithm',
    'X-Amz-Credential',
    'X-Amz-Date',
    'X-Amz-Expires',
    'X-Amz-SignedHeaders',
    'X-Amz-Signature',
  ])('has its %s, once', async (name) => {
    const { searchParams } = new URL(presignedUrl(server, { path, date: start }))
    const value = searchParams.get(name) ?? ''
    searchParams.delete(name)
    const without = await get({ query: searchParams.toString(), anonymous: true })
    expectError(without, 400, 'AuthorizationQueryParametersError')
    searchParams.append(name, value)
    searchParams.append(name, value)
    const twice = await get({ query: searchParams.toString(), anonymous: true })
    expectError(twice, 400, 'AuthorizationQueryParametersError')
  })

  it('may have in its query what it signs as headers', async () => {
    const put = { method: 'PUT', path: '/the-bucket/hoisted' }
    const hoisted = {
      'X-Amz-Storage-Class': 'STANDARD_IA',
      'x-amz-meta-a': 'two  words, ü',
      'x-amz-tagging': 'colour=red',
    }
    const presign = (query: string, headers: Record<string, string>): string =>
      presignQuery(
        {
          ...put,
          query,
          headers: { host: new URL(server.url).host, ...headers },
          credentials: mainCredentials,
          date: start,
        },
        60,
      )
    const pairs = Object.entries(hoisted).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    // As the bytes of its UTF-8 have it, for so the test's signer reads them.
    const query = presign(pairs.join('&'), hoisted)
    expectSuccess(await get({ ...put, query, body: 'x', anonymous: true }))
    const { headers } = await get({ method: 'HEAD', path: put.path })
    expect(headers).toMatchObject({ 'x-amz-storage-class': 'STANDARD_IA', 'x-amz-tagging-count': '1' })
    expect(headers['x-amz-meta-a']).toBeDefined()
    const other = presign(pairs.join('&'), { ...hoisted, 'x-amz-meta-a': 'another' })
    expectError(await get({ ...put, query: other, anonymous: true }), 403, 'SignatureDoesNotMatch')
    // Whoever signed a checksum as a header wanted it to be sent and held.
    const checksum = { 'x-amz-checksum-crc32': 'AAAAAA==' }
    const held = presign('x-amz-checksum-crc32=AAAAAA%3D%3D', checksum)
    expectError(await get({ ...put, query: held, body: 'x', anonymous: true }), 403, 'SignatureDoesNotMatch')
    const sent = { ...put, query: held, headers: checksum, anonymous: true }
    expectError(await get({ ...sent, body: 'x' }), 400, 'BadDigest')
  })

  it('is the only thing that signs', async () => {
    const { search } = new URL(presignedUrl(server, { path, date: start }))
    expectError(await get({ query: search.slice(1) }), 400, 'InvalidArgument')
  })

  it('uploads, unsigned as its body is', async () => {
    expectSuccess(await presigned(60, { method: 'PUT', path: '/the-bucket/uploaded', body: 'presigned' }))
    expect((await get({ path: '/the-bucket/uploaded' })).text).toBe('presigned')
  })

  it('comes from the SDK', async () => {
    await using here = await startTestServer()
    await createBucket(here, 'the-bucket')
    const client = s3Client(here)
    const input = { Bucket: 'the-bucket', Key: 'signed ž/key' }
    const put = await getSignedUrl(client, new PutObjectCommand(input), { expiresIn: 60 })
    expect((await fetch(put, { method: 'PUT', body: 'from afar' })).status).toBe(200)
    const url = await getSignedUrl(client, new GetObjectCommand(input), { expiresIn: 60 })
    expect(await (await fetch(url)).text()).toBe('from afar')
    here.clock.advance(61_000)
    expect((await fetch(url)).status).toBe(403)
  })
})

describe('the hash of the payload', () => {
  it('has to be said', async () => {
    const headers = { host: new URL(server.url).host }
    const request = { method: 'GET', path, headers, credentials: mainCredentials, date: start }
    const signed: Record<string, string> = { ...signHeaders(request, 'UNSIGNED-PAYLOAD').headers }
    delete signed['x-amz-content-sha256']
    expect((await get({ headers: signed, anonymous: true })).status).toBeGreaterThanOrEqual(400)
    expectError(await get({ headers: { 'x-amz-content-sha256': 'none' } }), 400, 'InvalidArgument')
  })

  it('has to be that of the body, of documents too', async () => {
    const headers = { 'x-amz-content-sha256': 'a'.repeat(64) }
    const put = await get({ method: 'PUT', path: '/the-bucket/hashed', body: 'x', headers })
    expectError(put, 400, 'XAmzContentSHA256Mismatch')
    expectError(await get({ path: '/the-bucket/hashed' }), 404, 'NoSuchKey')
    const create = await get({
      method: 'PUT',
      path: '/hashed',
      body: '<CreateBucketConfiguration/>',
      headers,
    })
    expectError(create, 400, 'XAmzContentSHA256Mismatch')
    expectError(await get({ path: '/hashed' }), 404, 'NoSuchBucket')
  })
})

describe('repeated headers', () => {
  it('are signed as one, joined', async () => {
    const headers = { host: new URL(server.url).host, 'x-amz-meta-list': 'one,two' }
    const request = {
      method: 'PUT',
      path: '/the-bucket/listed',
      headers,
      credentials: mainCredentials,
      date: start,
    }
    const signed = { ...signHeaders(request, 'UNSIGNED-PAYLOAD').headers, 'content-length': '0' }
    const lines = Object.entries(signed).flatMap(([name, value]) =>
      name === 'x-amz-meta-list' ? [`${name}: one`, `${name}: two`] : [`${name}: ${value}`],
    )
    using connection = await RawConnection.open(server.port)
    await connection.write(`PUT ${request.path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
    expect((await connection.answer())?.status).toBe(200)
    const head = await get({ method: 'HEAD', path: '/the-bucket/listed' })
    expect(head.headers['x-amz-meta-list']).toMatch(/^one, ?two$/)
  })
})
