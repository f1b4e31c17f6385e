import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { createBucket, getObject } from '../../support/buckets.ts'
import { RawConnection, type SocketAnswer } from '../../support/raw-connection.ts'
import { errorCodeOf } from '../../support/raw-request.ts'
import { startTestServer } from '../../support/server.ts'
import { signHeaders } from '../../support/signature-v4.ts'

/*
 * A header that has one value and comes twice: Node takes the first of some and joins others, and whatever stands before
 * the server may take the other one. RFC 9112, 3.2: more than one Host is a 400.
 */
let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ websites: { 'www.example.com': 'the-bucket' } })
  await createBucket(server, 'the-bucket')
  return () => server[Symbol.asyncDispose]()
})

interface Sent {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Lines that come besides, lower-case names. */
  readonly more: readonly (readonly [name: string, value: string])[]
}

/** A request that is signed as S3 would: values of a header that comes twice are joined by a comma. */
async function send({
  method = 'PUT',
  path = '/the-bucket/key',
  headers,
  more,
}: Sent): Promise<SocketAnswer> {
  const plain = { host: `127.0.0.1:${server.port}`, ...headers }
  const joined: Record<string, string> = {}
  for (const [name, value] of more) joined[name] = name in joined ? `${joined[name]},${value}` : value
  const request = { method, path, credentials: server.credentials, date: new Date() }
  const signed = signHeaders({ ...request, headers: { ...joined, ...plain } }, 'UNSIGNED-PAYLOAD').headers
  const single = Object.entries({ ...signed, ...plain, 'content-length': '0' })
  const lines = [...single.filter(([name, value]) => joined[name] !== value), ...more]
  using connection = await RawConnection.open(server.port)
  const text = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  await connection.write(`${method} ${path} HTTP/1.1\r\n${text}\r\n`)
  const answer = await connection.answer()
  if (!answer) throw new Error('no answer')
  return answer
}

async function refusalOf(sent: Sent): Promise<unknown> {
  const { status, text } = await send(sent)
  return [status, errorCodeOf(text)]
}

describe('a header with one value is refused when it comes twice:', () => {
  it.each([
    ['host', '127.0.0.1'],
    ['host', 'www.example.com'],
    ['authorization', 'AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host, Signature=y'],
    ['authorization', ''],
  ])('%s: %s', async (name, value) => {
    expect(await refusalOf({ more: [[name, value]] })).toEqual([400, 'InvalidRequest'])
  })

  it.each([
    ['content-type', 'text/plain', 'text/html'],
    ['content-md5', '1B2M2Y8AsgTpgAmY7PhCfg==', '1B2M2Y8AsgTpgAmY7PhCfg=='],
    ['range', 'bytes=0-0', 'bytes=0-9'],
    ['user-agent', 'a', 'b'],
    ['referer', 'http://a/', 'http://b/'],
    ['x-amz-date', '20260101T000000Z', '20260101T000001Z'],
    ['x-amz-content-sha256', 'UNSIGNED-PAYLOAD', 'UNSIGNED-PAYLOAD'],
    ['x-amz-acl', 'private', 'public-read'],
    ['x-amz-storage-class', 'STANDARD', 'GLACIER'],
    ['x-amz-copy-source', '/the-bucket/a', '/the-bucket/b'],
    ['x-amz-tagging', 'a=1', 'b=2'],
    ['x-amz-object-lock-mode', 'GOVERNANCE', 'COMPLIANCE'],
    ['x-amz-server-side-encryption', 'AES256', 'aws:kms'],
    ['x-amz-mfa', 'a 1', 'b 2'],
    ['x-amz-bypass-governance-retention', 'false', 'true'],
  ])('%s', async (name, one, two) => {
    const twice = [
      [name, one],
      [name.toUpperCase(), two],
    ] as const
    expect(await refusalOf({ more: twice })).toEqual([400, 'InvalidRequest'])
  })

  it('for probes and websites too', async () => {
    const host = [['host', 'x']] as const
    expect((await send({ method: 'GET', path: '/-/live', more: host })).status).toBe(400)
    const website = { method: 'GET', path: '/', headers: { host: 'www.example.com' } }
    expect((await send({ ...website, more: host })).status).toBe(400)
  })
})

it('a Host that is none is refused', async () => {
  for (const host of ['a, b', 'a b', 'user@host', 'http://host', '127.0.0.1:x', '']) {
    expect([host, ...((await refusalOf({ headers: { host }, more: [] })) as unknown[])]).toEqual([
      host,
      400,
      'InvalidRequest',
    ])
  }
})

it('lists and metadata may come in several lines', async () => {
  const answer = await send({
    more: [
      ['x-amz-meta-colour', 'blue'],
      ['x-amz-meta-colour', 'green'],
      ['accept', 'a/a'],
      ['accept', 'b/b'],
      ['cache-control', 'no-cache'],
      ['cache-control', 'max-age=1'],
    ],
  })
  expect(answer.status).toBe(200)
  const { headers } = await getObject(server, 'the-bucket', 'key')
  expect(headers['x-amz-meta-colour']).toMatch(/^blue, ?green$/)
})
