import { readFile } from 'node:fs/promises'
import * as https from 'node:https'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { mainAccount, otherAccount, otherCredentials } from '../../support/accounts.ts'
import { makeCertificate } from '../../support/certificate.ts'
import type { ParsedRecord } from '../../support/parse-log.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { requireCommand } from '../../support/require-command.ts'
import { startTestServer } from '../../support/server.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { withMd5 } from '../access/access-room.ts'
import { INDEX, visit, websiteXml } from '../website/website-room.ts'
import { DELIVERY_MILLISECONDS, LoggingRoom, loggingXml, logObjects } from './logging-room.ts'

let room: LoggingRoom
const bucket = 'the-bucket'
beforeEach(async () => {
  room = await LoggingRoom.open({ newBuckets: { objectOwnership: 'ObjectWriter', blockPublicAccess: false } })
  return () => room[Symbol.asyncDispose]()
})

const other = (method: string, key: string | undefined, parts = {}) =>
  room.ask(method, bucket, key, { ...parts, credentials: otherCredentials })

/** The one record of an operation. */
async function recordOf(operation: string): Promise<ParsedRecord> {
  const records = await room.records()
  const found = records.filter((record) => record.operation === operation)
  expect(found.map((record) => record.operation)).toEqual([operation])
  return found[0] as ParsedRecord
}

it('tells all of a request', async () => {
  room.time.server.clock.set(new Date('2031-02-06T00:00:38Z'))
  const headers = { referer: 'http://example.com/a b', 'user-agent': 'test/1.0 (x)' }
  await room.time.put('photos/puppy.jpg', 'a puppy')
  const answer = await room.ask('GET', bucket, 'photos/puppy.jpg', {
    headers: { ...headers, range: 'bytes=2-4' },
    query: 'x-user=johndoe&versionId=null',
  })
  expect(answer.status).toBe(206)
  expect(await recordOf('REST.GET.OBJECT')).toEqual({
    bucketOwner: mainAccount.canonicalId,
    bucket,
    time: expect.stringMatching(/^\[06\/Feb\/2031:00:00:\d\d \+0000\]$/),
    remoteIp: '127.0.0.1',
    requester: mainAccount.canonicalId,
    requestId: answer.headers['x-amz-request-id'],
    operation: 'REST.GET.OBJECT',
    key: 'photos/puppy.jpg',
    requestUri: 'GET /the-bucket/photos/puppy.jpg?x-user=johndoe&versionId=null HTTP/1.1',
    status: '206',
    errorCode: '-',
    bytesSent: '3',
    objectSize: '7',
    totalTime: expect.stringMatching(/^\d+$/),
    turnAroundTime: expect.stringMatching(/^\d+$/),
    referrer: headers.referer,
    userAgent: headers['user-agent'],
    versionId: 'null',
    hostId: answer.headers['x-amz-id-2'],
    signatureVersion: 'SigV4',
    cipherSuite: '-',
    authenticationType: 'AuthHeader',
    hostHeader: new URL(room.time.server.url).host,
    tlsVersion: '-',
    accessPointArn: '-',
    aclRequired: '-',
    sourceRegion: '-',
  })
})

describe('the operation', () => {
  const uploadsXml = '<CompleteMultipartUpload/>'
  it.each<readonly [string, string, string | undefined, string, string?]>([
    ['REST.GET.BUCKET', 'GET', undefined, 'list-type=2'],
    ['REST.HEAD.BUCKET', 'HEAD', undefined, ''],
    ['REST.GET.BUCKETVERSIONS', 'GET', undefined, 'versions='],
    ['REST.GET.VERSIONING', 'GET', undefined, 'versioning='],
    ['REST.GET.LOGGING_STATUS', 'GET', undefined, 'logging='],
    ['REST.GET.BUCKETPOLICY', 'GET', undefined, 'policy='],
    ['REST.GET.POLICY_STATUS', 'GET', undefined, 'policyStatus='],
    ['REST.GET.UPLOADS', 'GET', undefined, 'uploads='],
    ['REST.GET.ACL', 'GET', 'k', 'acl='],
    ['REST.GET.TAGGING', 'GET', undefined, 'tagging='],
    ['REST.GET.OBJECT_TAGGING', 'GET', 'k', 'tagging='],
    ['REST.GET.PUBLIC_ACCESS_BLOCK', 'GET', undefined, 'publicAccessBlock='],
    ['REST.HEAD.OBJECT', 'HEAD', 'k', ''],
    ['REST.DELETE.OBJECT', 'DELETE', 'k', ''],
    ['REST.POST.UPLOADS', 'POST', 'k', 'uploads='],
    ['REST.PUT.PART', 'PUT', 'k', 'partNumber=1&uploadId=x', 'part'],
    ['REST.POST.UPLOAD', 'POST', 'k', 'uploadId=x', uploadsXml],
    ['REST.DELETE.UPLOAD', 'DELETE', 'k', 'uploadId=x'],
    ['REST.GET.REPLICATION', 'GET', undefined, 'replication='],
  ])('%s', async (operation = '', method = '', key, query = '', body) => {
    await room.ask(method, bucket, key, { query, ...(body !== undefined && { body }) })
    expect((await recordOf(operation)).key).toBe(key ?? '-')
  })

  it('REST.OPTIONS.PREFLIGHT, where it is granted too', async () => {
    const rule = '<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>'
    const body = `<CORSConfiguration>${rule}</CORSConfiguration>`
    await room.must('PUT', bucket, { query: 'cors=', body, headers: withMd5(body) })
    const headers = { origin: 'http://a.example', 'access-control-request-method': 'GET' }
    await rawRequest(room.time.server, { method: 'OPTIONS', path: `/${bucket}/k`, headers, anonymous: true })
    expect(await recordOf('REST.OPTIONS.PREFLIGHT')).toMatchObject({
      status: '200',
      errorCode: '-',
      key: 'k',
    })
  })

  it('REST.OPTIONS.PREFLIGHT', async () => {
    const headers = { origin: 'http://a.example', 'access-control-request-method': 'GET' }
    await rawRequest(room.time.server, { method: 'OPTIONS', path: `/${bucket}/k`, headers, anonymous: true })
    expect(await recordOf('REST.OPTIONS.PREFLIGHT')).toMatchObject({
      status: '403',
      errorCode: 'AccessForbidden',
      requester: '-',
    })
  })
})

describe('the requester', () => {
  it('is the account that signed, as it signed', async () => {
    expect((await other('GET', 'k')).status).toBe(403)
    expect(await recordOf('REST.GET.OBJECT')).toMatchObject({
      requester: otherAccount.canonicalId,
      errorCode: 'AccessDenied',
      status: '403',
      signatureVersion: 'SigV4',
      authenticationType: 'AuthHeader',
    })
  })

  it('may have signed the URL, whose signature is nobody’s to read', async () => {
    await room.time.put('k')
    const presigned = { expiresSeconds: 60 }
    expect((await room.ask('GET', bucket, 'k', { presigned })).status).toBe(200)
    const record = await recordOf('REST.GET.OBJECT')
    expect(record.authenticationType).toBe('QueryString')
    expect(record.requestUri).toContain('X-Amz-Signature=REDACTED')
    expect(record.requestUri).not.toMatch(/[0-9a-f]{64}/)
  })

  it('may have signed with Version 2', async () => {
    await room.time.put('k')
    expect((await room.ask('GET', bucket, 'k', { versionTwo: true })).status).toBe(200)
    expect(await recordOf('REST.GET.OBJECT')).toMatchObject({
      signatureVersion: 'SigV2',
      authenticationType: 'AuthHeader',
    })
    const presigned = { expiresSeconds: 60 }
    expect((await room.ask('HEAD', bucket, 'k', { versionTwo: true, presigned })).status).toBe(200)
    const record = await recordOf('REST.HEAD.OBJECT')
    expect(record).toMatchObject({ signatureVersion: 'SigV2', authenticationType: 'QueryString' })
    expect(record.requestUri).toContain('&Signature=REDACTED')
  })

  it('may have put its own key or token into the URL, which nobody reads either', async () => {
    const name = 'x-amz-server-side-encryption-customer-'
    const query = `${name}key=secret1&x-amz-security-token=secret2&X%2DAmz%2DSignature=secret3&${name}algorithm=AES256`
    await room.ask('HEAD', bucket, 'k', { query })
    expect((await recordOf('REST.HEAD.OBJECT')).requestUri).toBe(
      `HEAD /the-bucket/k?${name}key=REDACTED&x-amz-security-token=REDACTED&X%2DAmz%2DSignature=REDACTED&${name}algorithm=AES256 HTTP/1.1`,
    )
  })

  it('is nobody where nobody signed', async () => {
    await rawRequest(room.time.server, { path: `/${bucket}/k`, anonymous: true })
    expect(await recordOf('REST.GET.OBJECT')).toMatchObject({
      requester: '-',
      signatureVersion: '-',
      authenticationType: '-',
      status: '403',
    })
  })

  it('is nobody where the signature does not hold', async () => {
    const credentials = { ...otherCredentials, secretAccessKey: 'x'.repeat(40) }
    await room.ask('GET', bucket, 'k', { credentials })
    expect(await recordOf('REST.GET.OBJECT')).toMatchObject({
      requester: '-',
      errorCode: 'SignatureDoesNotMatch',
      key: 'k',
    })
  })

  it('needed an ACL or not', async () => {
    await room.time.put('granted', 'x', { 'x-amz-acl': 'public-read' })
    expect((await other('GET', 'granted')).status).toBe(200)
    expect((await room.ask('HEAD', bucket, 'granted')).status).toBe(200)
    expect((await recordOf('REST.GET.OBJECT')).aclRequired).toBe('Yes')
    expect((await recordOf('REST.HEAD.OBJECT')).aclRequired).toBe('-')
  })
})

describe('sizes', () => {
  it('are of what was sent and of the object', async () => {
    await room.time.put('large', Buffer.alloc(1_000_000))
    await room.ask('HEAD', bucket, 'large')
    expect((await room.ask('GET', bucket, 'large')).body.length).toBe(1_000_000)
    expect(await recordOf('REST.PUT.OBJECT')).toMatchObject({ bytesSent: '-', objectSize: '1000000' })
    expect(await recordOf('REST.HEAD.OBJECT')).toMatchObject({ bytesSent: '-', objectSize: '1000000' })
    expect(await recordOf('REST.GET.OBJECT')).toMatchObject({ bytesSent: '1000000', objectSize: '1000000' })
  })

  it('are of the error document where there is an error', async () => {
    const { body } = await room.ask('GET', bucket, 'none')
    expect(await recordOf('REST.GET.OBJECT')).toMatchObject({
      bytesSent: String(body.length),
      objectSize: '-',
      errorCode: 'NoSuchKey',
      status: '404',
    })
  })

  it('are none where nothing has changed', async () => {
    await room.time.put('k')
    const { etag } = (await room.ask('HEAD', bucket, 'k')).headers
    const answer = await room.ask('GET', bucket, 'k', { headers: { 'if-none-match': etag ?? '' } })
    expect(answer.status).toBe(304)
    expect(await recordOf('REST.GET.OBJECT')).toMatchObject({ status: '304', errorCode: '-', bytesSent: '-' })
  })
})

it('names the version, and the key in percent-encoding, twice', async () => {
  await room.ask('GET', bucket, 'ü/a b%"\n', { query: 'versionId=x%20y%22z' })
  expect(await recordOf('REST.GET.OBJECT')).toMatchObject({
    key: '%25C3%25BC/a%2520b%2525%2522%250A',
    versionId: 'x%20y%22z',
    errorCode: 'InvalidArgument',
  })
})

it('tells of each key of a batch, and of the request', async () => {
  await room.time.put('there')
  const deleted = ['there', 'a b', 'x'.repeat(1025)].map((key) => `<Object><Key>${key}</Key></Object>`)
  const body = `<Delete>${deleted.join('')}</Delete>`
  const parts = { query: 'delete=', body, headers: withMd5(body) }
  const answer = await room.ask('POST', bucket, undefined, parts)
  expect(answer.status).toBe(200)
  const records = await room.records()
  expect(records.filter(({ operation }) => operation === 'REST.POST.MULTI_OBJECT_DELETE')).toHaveLength(1)
  const batch = records.filter(({ operation }) => operation === 'BATCH.DELETE.OBJECT')
  // Keys of batches are encoded once.
  const seen = batch.map(({ key, status, errorCode }) => `${key.slice(0, 9)} ${status} ${errorCode}`)
  expect(seen.toSorted()).toEqual(['a%20b 204 -', 'there 204 -', 'xxxxxxxxx 400 KeyTooLongError'])
  for (const record of batch) {
    expect(record).toMatchObject({
      requester: mainAccount.canonicalId,
      requestId: answer.headers['x-amz-request-id'],
      requestUri: '-',
      totalTime: '-',
      userAgent: '-',
      signatureVersion: 'SigV4',
    })
  }
})

describe('a copy', () => {
  const copy = (source: string, key = 'copy', query = '') =>
    room.ask('PUT', 'plain', key, { query, headers: { 'x-amz-copy-source': source } })

  beforeEach(async () => {
    await room.must('PUT', 'plain')
    await room.time.put('the source', 'bytes')
  })

  it('is told of where its source is', async () => {
    expect((await copy(`${bucket}/the%20source?versionId=null`)).status).toBe(200)
    expect(await recordOf('REST.COPY.OBJECT_GET')).toMatchObject({
      bucket,
      key: 'the%2520source',
      requestUri: 'GET /the-bucket/the%20source?versionId=null',
      versionId: 'null',
      status: '200',
      objectSize: '5',
    })
  })

  it('is told of where its source is, also when that is refused', async () => {
    await copy(`${bucket}/none`)
    const parts = {
      credentials: otherCredentials,
      headers: { 'x-amz-copy-source': `${bucket}/the%20source` },
    }
    await room.must('PUT', 'others', { credentials: otherCredentials })
    await room.ask('PUT', 'others', 'copy', parts)
    const records = (await room.records()).filter(({ operation }) => operation === 'REST.COPY.OBJECT_GET')
    expect(records.map(({ status, errorCode, requester }) => [status, errorCode, requester])).toEqual([
      ['404', 'NoSuchKey', mainAccount.canonicalId],
      ['403', 'AccessDenied', otherAccount.canonicalId],
    ])
  })

  it('is told of twice within one bucket', async () => {
    const headers = { 'x-amz-copy-source': `${bucket}/the%20source` }
    expect((await room.ask('PUT', bucket, 'copy', { headers })).status).toBe(200)
    const operations = (await room.records()).map(({ operation }) => operation)
    expect(operations.filter((name) => name.startsWith('REST.COPY')).sort()).toEqual([
      'REST.COPY.OBJECT',
      'REST.COPY.OBJECT_GET',
    ])
  })

  it('may be of a part', async () => {
    const uploadId = await room.time.createUpload('parts')
    const headers = { 'x-amz-copy-source': `${bucket}/the%20source` }
    const query = `partNumber=1&uploadId=${uploadId}`
    expect((await room.ask('PUT', bucket, 'parts', { query, headers })).status).toBe(200)
    expect((await recordOf('REST.COPY.PART')).key).toBe('parts')
    expect((await recordOf('REST.COPY.PART_GET')).key).toBe('the%2520source')
  })
})

it('has the cipher and the version of TLS', async (context) => {
  await requireCommand(context, 'openssl')
  await using folder = await temporaryDirectory()
  const { certificate, key } = await makeCertificate(folder.path)
  const tls = { cert: await readFile(certificate, 'utf8'), key: await readFile(key, 'utf8') }
  const dataDirectory = join(folder.path, 'data')
  await (await LoggingRoom.open({ dataDirectory }))[Symbol.asyncDispose]()
  {
    await using secure = await startTestServer({ dataDirectory, tls })
    await new Promise<void>((resolve, reject) => {
      const options = { rejectUnauthorized: false, agent: false }
      https
        .get(`${secure.url}/${bucket}/k`, options, (answer) => answer.resume().on('end', resolve))
        .on('error', reject)
    })
  }
  await using plain = await startTestServer({ dataDirectory })
  plain.clock.advance(DELIVERY_MILLISECONDS)
  await plain.settle()
  const [object] = await logObjects(plain, 'the-logs', plain.clock.now())
  expect(object?.records).toMatchObject([
    { tlsVersion: 'TLSv1.3', cipherSuite: expect.stringMatching(/^TLS_AES/) },
  ])
})

it('is kept of a website', async () => {
  const body = websiteXml(INDEX)
  await room.must('PUT', bucket, { query: 'website=', body, headers: withMd5(body) })
  await room.setPolicy(bucket, {
    Principal: '*',
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${bucket}/*`,
  })
  await room.time.put('a b/index.html', 'a page')
  const { server } = room.time
  for (const path of ['/a%20b/', '/a%20b', '/none']) await visit(server, bucket, path)
  await visit(server, bucket, '/', { method: 'POST' })
  const records = (await room.records()).filter(({ operation }) => operation.startsWith('WEBSITE.'))
  const seen = records.map(({ operation, key, status, errorCode, bytesSent, requester }) => [
    operation,
    key,
    status,
    errorCode,
    bytesSent === '6' ? '6' : '',
    requester,
  ])
  expect(seen).toEqual([
    ['WEBSITE.GET.OBJECT', 'a%2520b/', '200', '-', '6', '-'],
    ['WEBSITE.GET.OBJECT', 'a%2520b', '302', '-', '', '-'],
    ['WEBSITE.GET.OBJECT', 'none', '403', 'AccessDenied', '', '-'],
    ['WEBSITE.POST.OBJECT', '-', '405', 'MethodNotAllowed', '', '-'],
  ])
})

it('is not kept of requests to buckets that are not logged, nor of those that name none', async () => {
  await room.must('PUT', 'plain')
  await room.ask('GET', 'plain', 'k')
  await rawRequest(room.time.server, { path: '/', date: room.time.now })
  await rawRequest(room.time.server, { path: '/-/ready', anonymous: true })
  await room.deliver()
  expect(await room.objects()).toEqual([])
})

it('begins after the request that turns it on, and ends with the one that turns it off', async () => {
  await room.ask('GET', bucket, 'before')
  await room.setLogging(bucket, loggingXml())
  await room.ask('GET', bucket, 'after')
  await room.setLogging(bucket, loggingXml(room.target))
  const seen = (await room.records()).map(({ operation, key }) => [operation, key])
  expect(seen).toEqual([
    ['REST.GET.OBJECT', 'before'],
    ['REST.PUT.LOGGING_STATUS', '-'],
  ])
})
