import { beforeAll, describe, expect, it } from 'vitest'
import { xmlTexts } from '../../support/raw-request.ts'
import { AccessRoom } from '../access/access-room.ts'
import { customerHeaders, customerKey } from '../encryption/encryption-room.ts'
import { LoggingRoom } from '../logging/logging-room.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { INDEX, siteOf, visit } from '../website/website-room.ts'

const CLIENT = '203.0.113.7'
const CHAIN = { 'x-forwarded-for': `198.51.100.1, ${CLIENT}, 127.0.0.1` }
const OVER_TLS = { 'x-forwarded-proto': 'https' }
/** Whom nobody trusts. */
const STRANGER = '127.0.0.2'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open({
    trustedProxies: ['127.0.0.1'],
    domains: ['s3.example.com'],
    encryption: { requireTls: true },
  })
  return () => room[Symbol.asyncDispose]()
})

/** A bucket whose objects may be read by whom the condition lets. */
async function conditionedBucket(Condition: object): Promise<string> {
  const bucket = await room.bucket()
  await room.put(bucket, 'key')
  await room.policy(bucket, { Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*`, Condition })
  return bucket
}

const read = (bucket: string, proxyHeaders: Record<string, string>, localAddress = '127.0.0.1') =>
  room.ask('anonymous', 'GET', bucket, 'key', { proxyHeaders, localAddress })

describe('the address of the client', () => {
  it('is what a policy asks for', async () => {
    const bucket = await conditionedBucket({ IpAddress: { 'aws:SourceIp': CLIENT } })
    expectSuccess(await read(bucket, CHAIN))
    expectSuccess(await read(bucket, { forwarded: `for=198.51.100.1, for="${CLIENT}:80", for=127.0.0.1` }))
    expectError(await read(bucket, {}), 403, 'AccessDenied')
    expectError(await read(bucket, { 'x-forwarded-for': `${CLIENT}, 198.51.100.1` }), 403, 'AccessDenied')
    expectError(await read(bucket, CHAIN, STRANGER), 403, 'AccessDenied')
    expectError(await read(bucket, { forwarded: `for=${CLIENT}` }, STRANGER), 403, 'AccessDenied')
  })

  it('stands in access logs', async () => {
    await using logging = await LoggingRoom.open({ trustedProxies: ['127.0.0.1'] })
    const key = 'the-key'
    await logging.time.put(key, 'x')
    const parts = { proxyHeaders: { ...CHAIN, 'x-forwarded-host': 's3.example.com' }, anonymous: true }
    await logging.ask('GET', 'the-bucket', key, parts)
    await logging.ask('HEAD', 'the-bucket', key, { ...parts, localAddress: STRANGER })
    const records = await logging.records()
    const shown = (operation: string) => {
      const found = records.find((record) => record.operation === operation)
      return [found?.remoteIp, found?.hostHeader]
    }
    expect(shown('REST.GET.OBJECT')).toEqual([CLIENT, 's3.example.com'])
    expect(shown('REST.HEAD.OBJECT')).toEqual([STRANGER, new URL(logging.time.server.url).host])
  })
})

describe('TLS', () => {
  it('is what a policy asks for', async () => {
    const bucket = await conditionedBucket({ Bool: { 'aws:SecureTransport': 'true' } })
    expectSuccess(await read(bucket, OVER_TLS))
    expectSuccess(await read(bucket, { forwarded: 'for=203.0.113.7;proto=https' }))
    expectError(await read(bucket, { 'x-forwarded-proto': 'https, http' }), 403, 'AccessDenied')
    expectError(await read(bucket, OVER_TLS, STRANGER), 403, 'AccessDenied')
  })

  it('has a version that only the proxy knows: a condition on it finds none, as without TLS', async () => {
    const version = { 's3:TlsVersion': '1.2' }
    const allowing = await conditionedBucket({ NumericGreaterThanEquals: version })
    expectError(await read(allowing, OVER_TLS), 403, 'AccessDenied')
    for (const [operator, status] of [
      ['NumericLessThan', 200],
      ['NumericLessThanIfExists', 403],
    ] as const) {
      const bucket = await conditionedBucket({ Bool: { 'aws:SecureTransport': 'true' } })
      const Resource = `arn:aws:s3:::${bucket}/*`
      await room.policy(
        bucket,
        { Action: 's3:GetObject', Resource },
        { Effect: 'Deny', Action: 's3:GetObject', Resource, Condition: { [operator]: version } },
      )
      expect([operator, (await read(bucket, OVER_TLS)).status]).toEqual([operator, status])
    }
  })

  it('is what requireTls asks for', async () => {
    const bucket = await room.bucket()
    const parts = { body: 'x', headers: customerHeaders(customerKey('mine')) }
    const put = (proxyHeaders: Record<string, string>, localAddress = '127.0.0.1') =>
      room.ask('owner', 'PUT', bucket, 'key', { ...parts, proxyHeaders, localAddress })
    expectSuccess(await put(OVER_TLS))
    expectError(await put({ 'x-forwarded-proto': 'http' }), 400, 'InvalidRequest')
    expectError(await put(CHAIN), 400, 'InvalidRequest')
    expectError(await put(OVER_TLS, STRANGER), 400, 'InvalidRequest')
  })

  it('and the client’s host stand in the address of a completed upload', async () => {
    const bucket = await room.bucket()
    const begun = await room.must('owner', 'POST', bucket, 'key', { query: 'uploads=' })
    const query = `uploadId=${xmlTexts(begun.text, 'UploadId')[0]}`
    const part = await room.must('owner', 'PUT', bucket, 'key', { query: `partNumber=1&${query}`, body: 'x' })
    const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.headers.etag}</ETag></Part></CompleteMultipartUpload>`
    const host = 'public.example.com'
    const proxyHeaders = { host: 'internal:9000', 'x-forwarded-host': host, ...OVER_TLS }
    const done = await room.must('owner', 'POST', bucket, 'key', {
      query,
      body,
      headers: { host },
      proxyHeaders,
    })
    expect(xmlTexts(done.text, 'Location')).toEqual([`https://${host}/${bucket}/key`])
  })
})

describe('the host', () => {
  it('is the one that the client signed, and that names the bucket', async () => {
    const bucket = await room.bucket()
    await room.put(bucket, 'key')
    const host = `${bucket}.s3.example.com`
    const proxyHeaders = { host: 'internal:9000', 'x-forwarded-host': host }
    const signed = { headers: { host }, proxyHeaders, path: '/key' }
    const answer = await room.ask('owner', 'GET', bucket, 'key', signed)
    expectSuccess(answer)
    expect(answer.text).toBe(`${bucket}/key`)
    expectError(
      await room.ask('owner', 'GET', bucket, 'key', { ...signed, localAddress: STRANGER }),
      403,
      'SignatureDoesNotMatch',
    )
  })

  it('names the website, and stands in its redirections', async () => {
    const bucket = await siteOf(room, INDEX)
    await room.put(bucket, 'folder/index.html')
    const host = `${bucket}.s3-website-us-east-1.s3.example.com`
    const headers = { host: 'internal:9000', 'x-forwarded-host': host, ...OVER_TLS }
    const answer = await visit(room.server, bucket, '/folder', { headers })
    expect([answer.status, answer.headers.location]).toEqual([302, '/folder/'])
    const redirecting = await siteOf(
      room,
      '<RedirectAllRequestsTo><HostName>example.org</HostName></RedirectAllRequestsTo>',
    )
    const other = { ...headers, 'x-forwarded-host': `${redirecting}.s3-website-us-east-1.s3.example.com` }
    const moved = await visit(room.server, redirecting, '/page', { headers: other })
    expect([moved.status, moved.headers.location]).toEqual([301, 'https://example.org/page'])
  })

  it('has to be one', async () => {
    const answer = await room.ask('anonymous', 'GET', 'b', 'k', {
      proxyHeaders: { 'x-forwarded-host': 'a b' },
    })
    expectError(answer, 400, 'InvalidRequest')
  })
})

it('what can be read in two ways is refused, of whom is trusted', async () => {
  const both = { ...CHAIN, forwarded: `for=${CLIENT}` }
  expectError(await read(await room.bucket(), both), 400, 'InvalidRequest')
  expectError(await read('absent', both, STRANGER), 404, 'NoSuchBucket')
})
