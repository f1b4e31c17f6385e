import type { TestServer } from 'holdfast'
import {
  controlOperationNames,
  operationNames,
} from '../../../packages/server/src/model/operation-names.gen.ts'
import { mainAccount } from '../../support/accounts.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { operationModels } from '../../../packages/server/src/model/operations.ts'
import type { OperationModel } from '../../../packages/server/src/model/operation-model.ts'
import { unsupported } from '../../../packages/server/src/s3/unsupported-operations.ts'
import { createBucket, putObject } from '../../support/buckets.ts'
import { RawConnection } from '../../support/raw-connection.ts'
import { type RawAnswer, type RawRequest, rawRequest } from '../../support/raw-request.ts'
import { startTestServer } from '../../support/server.ts'
import { uriEncode } from '../../support/signature-v4.ts'
import { expectBareError, expectError } from '../objects/object-room.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  await createBucket(server, 'the-bucket')
  await putObject(server, 'the-bucket', 'key', 'x')
  return () => server[Symbol.asyncDispose]()
})

/** The least request that is one of this operation. */
function requestFor(name: string, model: OperationModel): RawRequest {
  if (name === 'WriteGetObjectResponse') {
    const headers = { 'x-amz-request-route': 'route', 'x-amz-request-token': 'token' }
    return { method: 'POST', path: '/WriteGetObjectResponse', headers }
  }
  if (model.path !== undefined) {
    const path = model.path.replace(/\{.*\}/, 'arn:aws:s3:::absent-bucket')
    return { method: model.method, path, query: 'tagKeys=1', headers: { 'x-amz-account-id': mainAccount.id } }
  }
  const query = Object.entries(model.literals ?? {})
  const headers: Record<string, string> = {}
  for (const member of Object.values(model.input)) {
    if (member.required && member.query) query.push([member.query, '1'])
    if (member.required && member.header) headers[member.header.toLowerCase()] = '/the-bucket/key'
  }
  // There is none of a general purpose bucket.
  const bucket = name === 'CreateSession' ? 'absent--use1-az4--x-s3' : 'absent-bucket'
  if (name === 'ListDirectoryBuckets') query.push(['max-directory-buckets', '1'])
  return {
    method: model.method,
    path: { service: '/', bucket: `/${bucket}`, object: '/absent-bucket/key' }[
      model.level === 'control' ? 'service' : model.level
    ],
    query: query.map(([key, value]) => `${key}=${uriEncode(value)}`).join('&'),
    headers,
  }
}

const all = operationModels().map(([name, model]) => [name, requestFor(name, model)] as const)
const unsupportedNames: ReadonlySet<string> = new Set(Object.keys(unsupported))

describe('every operation of the model has a route', () => {
  it('of 112', () => {
    expect(operationNames).toHaveLength(112)
    expect(all).toHaveLength(112 + controlOperationNames.length)
  })

  it.each(all.filter(([name]) => !unsupportedNames.has(name)))('%s is answered', async (_, request) => {
    const answer = await rawRequest(server, request)
    expect([405, 501]).not.toContain(answer.status)
    expect(answer.errorCode).not.toBe('InternalError')
  })

  it.each(all.filter(([name]) => unsupportedNames.has(name)))(
    '%s is not implemented',
    async (name, request) => {
      const element = expectError(await rawRequest(server, request), 501, 'NotImplemented')
      expect(element('Message')).toBe(`The operation ${name} is not implemented`)
      expectError(await rawRequest(server, { ...request, anonymous: true }), 403, 'AccessDenied')
    },
  )
})

describe('what is no operation', () => {
  it.each([
    ['PUT', '/', '', 'SERVICE'],
    ['DELETE', '/', '', 'SERVICE'],
    ['POST', '/', '', 'SERVICE'],
    ['PATCH', '/the-bucket', '', 'BUCKET'],
    ['PATCH', '/the-bucket/key', '', 'OBJECT'],
    ['POST', '/the-bucket/key', '', 'OBJECT'],
    ['POST', '/the-bucket', 'versioning', 'VERSIONING'],
    ['PUT', '/the-bucket', 'location', 'LOCATION'],
    ['DELETE', '/the-bucket', 'versions', 'BUCKETVERSIONS'],
    ['GET', '/the-bucket/key', 'policy', 'BUCKETPOLICY'],
    ['PUT', '/the-bucket', 'legal-hold', 'LEGAL_HOLD'],
  ])('%s %s?%s is MethodNotAllowed, which says what is allowed', async (method, path, query, type) => {
    const answer = await rawRequest(server, { method, path, query })
    const element = expectError(answer, 405, 'MethodNotAllowed')
    expect([element('Method'), element('ResourceType')]).toEqual([method, type])
    expect(answer.headers.allow).toMatch(/^[A-Z, ]*$/)
    expect(answer.headers.allow?.split(', ')).not.toContain(method)
  })

  it('a POST to a bucket that is no form', async () => {
    const answer = await rawRequest(server, { method: 'POST', path: '/the-bucket' })
    const condition = expectError(answer, 412, 'PreconditionFailed')('Condition')
    expect(condition).toBe('Bucket POST must be of the enclosure-type multipart/form-data')
  })

  it('a tunnel', async () => {
    using connection = await RawConnection.open(Number(new URL(server.url).port))
    await connection.write('CONNECT the-bucket:443 HTTP/1.1\r\nHost: the-bucket:443\r\n\r\n')
    expect((await connection.answer())?.status).toBe(501)
  })

  it('two sub-resources at once', async () => {
    const answer = await rawRequest(server, { path: '/the-bucket', query: 'versioning&location' })
    expectError(answer, 400, 'InvalidArgument')
  })
})

describe('parameters that nobody knows', () => {
  it.each(['unknown', 'unknown=value', 'x-id=PutObject', 'x-amz-unknown=1', 'a&b&c', '&&', '='])(
    'change nothing: %s',
    async (query) => {
      expect((await rawRequest(server, { path: '/the-bucket/key', query })).text).toBe('x')
      expect((await rawRequest(server, { path: '/the-bucket', query })).text).toContain('<ListBucketResult')
    },
  )
})

describe('every answer', () => {
  const requests: readonly (readonly [string, RawRequest])[] = [
    ['of success', { path: '/the-bucket/key' }],
    ['of nothing', { method: 'DELETE', path: '/the-bucket/absent' }],
    ['to HEAD', { method: 'HEAD', path: '/the-bucket/key' }],
    ['to HEAD of nothing', { method: 'HEAD', path: '/the-bucket/absent' }],
    ['not modified', { path: '/the-bucket/key', headers: { 'if-none-match': '*' } }],
    ['of an error', { path: '/the-bucket/absent' }],
    ['to the anonymous', { path: '/', anonymous: true }],
    [
      'to a wrong signature',
      { path: '/', credentials: { accessKeyId: 'UNKNOWNUNKNOWN000001', secretAccessKey: 'x' } },
    ],
    ['to a wrong address', { path: '/the-bucket/%', anonymous: true }],
    ['to a preflight', { method: 'OPTIONS', path: '/the-bucket/key', anonymous: true }],
  ]
  it.each(requests)('%s names its request', async (_, request) => {
    const answer = await rawRequest(server, request)
    expect(answer.headers['x-amz-request-id']).toMatch(/^[0-9A-Z]{16}$/)
    expect(answer.headers['x-amz-id-2']).toMatch(/^.{20,}$/)
    expect(Date.parse(answer.headers.date ?? '')).toBeGreaterThan(0)
    const again = await rawRequest(server, request)
    expect(again.headers['x-amz-request-id']).not.toBe(answer.headers['x-amz-request-id'])
  })

  it.each([
    ['/the-bucket/absent', 404, {}],
    ['/no-such-bucket/key', 404, {}],
    ['/the-bucket/key', 403, { anonymous: true }],
    ['/the-bucket/key', 412, { headers: { 'if-match': '"0"' } }],
    ['/the-bucket/key', 416, { headers: { range: 'bytes=5-' } }],
    ['/the-bucket/key', 400, { query: 'versionId=garbage' }],
    [`/the-bucket/${'k'.repeat(1025)}`, 400, {}],
  ] as const)('HEAD %s is %i without a body', async (path, status, request) => {
    expectBareError(await rawRequest(server, { method: 'HEAD', path, ...request }), status)
  })
})

describe('health', () => {
  const get = (path: string, method = 'GET'): Promise<RawAnswer> =>
    rawRequest(server, { method, path, anonymous: true })

  it('is told to anyone', async () => {
    expect((await get('/-/live')).text).toBe('live\n')
    expect((await get('/-/ready')).text).toBe('ready\n')
    expect((await get('/-/ready')).headers['content-type']).toBe('text/plain; charset=utf-8')
    expectBareError(await get('/-/live', 'HEAD'), 200)
    expect((await get('/-/else')).status).toBe(404)
  })

  it('is ready no more once the server drains', async () => {
    await using here = await startTestServer()
    expect((await rawRequest(here, { path: '/-/ready', anonymous: true })).status).toBe(200)
    await here.drain()
    await expect(rawRequest(here, { path: '/-/ready', anonymous: true })).rejects.toThrow(/ECONNREFUSED/)
  })
})
