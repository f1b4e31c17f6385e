import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { createBucket, getObject, putObject } from '../../support/buckets.ts'
import { RawConnection, type SocketAnswer } from '../../support/raw-connection.ts'
import { errorCodeOf, type RawAnswer, rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'
import { objectPath, signHeaders, uriEncode } from '../../support/signature-v4.ts'
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { expectError, expectSuccess } from '../objects/object-room.ts'

const domain = 's3.localhost'
let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ domains: [domain] })
  await createBucket(server, 'the-bucket')
  await createBucket(server, 'dotted.bucket')
  return () => server[Symbol.asyncDispose]()
})

const hosted = (bucket: string, path: string, method = 'GET', body = ''): Promise<RawAnswer> =>
  rawRequest(server, { method, path, body, headers: { host: `${bucket}.${domain}:${server.port}` } })

describe('the bucket in the host', () => {
  it.each(['the-bucket', 'dotted.bucket'])('%s', async (bucket) => {
    expectSuccess(await hosted(bucket, '/folder/key', 'PUT', 'hosted'))
    expect((await getObject(server, bucket, 'folder/key')).text).toBe('hosted')
    expect((await hosted(bucket, '/folder/key')).text).toBe('hosted')
    expect(xmlTexts((await hosted(bucket, '/')).text, 'Key')).toEqual(['folder/key'])
    expectSuccess(await hosted(bucket, '/folder/key', 'DELETE'), 204)
  })

  it('may be made and deleted so', async () => {
    const made = await hosted('made-by-host', '/', 'PUT')
    expectSuccess(made)
    expectSuccess(await hosted('made-by-host', '/', 'HEAD'))
    expectSuccess(await hosted('made-by-host', '/', 'DELETE'), 204)
    expectError(await hosted('made-by-host', '/'), 404, 'NoSuchBucket')
  })

  it('leaves the path to the key, whatever it begins with', async () => {
    for (const key of ['the-bucket/key', '/leading', '//', '.', '..', '-/live']) {
      const path = `/${key.split('/').map(uriEncode).join('/')}`
      expectSuccess(await hosted('the-bucket', path, 'PUT', key))
      expect((await getObject(server, 'the-bucket', key)).text).toBe(key)
    }
  })

  it('is heeded in any case of letters, without a port, and with a dot at its end', async () => {
    await putObject(server, 'the-bucket', 'cased', 'x')
    const names = [`the-bucket.S3.LOCALHOST:${server.port}`, `the-bucket.${domain}`]
    for (const host of [...names, `the-bucket.${domain}.`, `the-bucket.${domain}.:${server.port}`]) {
      expect((await rawRequest(server, { path: '/cased', headers: { host } })).text).toBe('x')
    }
  })

  it('of another domain means nothing', async () => {
    const host = `the-bucket.s3.example.com:${server.port}`
    expectError(await rawRequest(server, { path: '/cased', headers: { host } }), 404, 'NoSuchBucket')
  })

  it('is absent from the domain itself', async () => {
    const answer = await rawRequest(server, { path: '/', headers: { host: `${domain}:${server.port}` } })
    expect(xmlTexts(answer.text, 'Name')).toEqual(['dotted.bucket', 'the-bucket'])
  })
})

describe('the bucket in the path', () => {
  it.each(['/the-bucket', '/the-bucket/'])('%s', async (path) => {
    expect((await rawRequest(server, { path })).text).toContain('<ListBucketResult')
  })

  it('and the key as it is encoded, not as it looks', async () => {
    await putObject(server, 'the-bucket', 'a b+c%', 'x')
    expect((await rawRequest(server, { path: '/the-bucket/%61%20b%2Bc%25' })).text).toBe('x')
    expect((await rawRequest(server, { path: objectPath('the-bucket', 'a b+c%') })).text).toBe('x')
  })

  it.each(['/the-bucket/%', '/the-bucket/%zz', '/the-bucket/%ff', '/%c3'])(
    'badly encoded, as %s, is InvalidURI',
    async (path) => {
      const answer = await rawRequest(server, { path, anonymous: true })
      expectError(answer, 400, 'InvalidURI')
    },
  )
})

describe('the whole URL in the request line', () => {
  /** `signedHost` is signed, `hostHeader` sent. */
  const send = async (
    target: string,
    path: string,
    signedHost = `127.0.0.1:${server.port}`,
    hostHeader = signedHost,
  ): Promise<SocketAnswer | undefined> => {
    const request = { method: 'GET', path, headers: { host: signedHost }, date: new Date() }
    const { headers } = signHeaders({ ...request, credentials: server.credentials }, 'UNSIGNED-PAYLOAD')
    using connection = await RawConnection.open(server.port)
    const lines = Object.entries({ ...headers, host: hostHeader }).map(([name, value]) => `${name}: ${value}`)
    await connection.write(`GET ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
    return await connection.answer()
  }

  it.each(['http', 'https', 'HTTP'])('is read as its path: %s', async (scheme) => {
    await putObject(server, 'the-bucket', 'absolute', 'found')
    const path = '/the-bucket/absolute'
    expect((await send(`${scheme}://127.0.0.1:${server.port}${path}`, path))?.text).toBe('found')
  })

  it('may be without a path', async () => {
    const answer = await send(`http://127.0.0.1:${server.port}`, '/')
    expect(answer?.text).toContain('<ListAllMyBucketsResult')
  })

  it('says what the host is, for the bucket and for the signature, and the Host header does not count', async () => {
    await putObject(server, 'the-bucket', 'by-authority', 'found')
    const authority = `the-bucket.${domain}:${server.port}`
    const target = `http://${authority}/by-authority`
    expect((await send(target, '/by-authority', authority, 'other.example'))?.text).toBe('found')
    expect((await send(target, '/by-authority', authority, `dotted.bucket.${domain}`))?.text).toBe('found')
    // What was signed for one host is no request to another.
    const redirected = await send(target, '/by-authority', `127.0.0.1:${server.port}`)
    expect([redirected?.status, errorCodeOf(redirected?.text ?? '')]).toEqual([403, 'SignatureDoesNotMatch'])
  })

  it.each(['http:///the-bucket', 'http://user@127.0.0.1/the-bucket', 'http://a b/the-bucket', 'http://[x]/'])(
    'is refused where it names no host: %s',
    async (target) => {
      expect((await send(target, '/the-bucket'))?.status).toBe(400)
    },
  )
})

it('both styles come from the SDK', async () => {
  // The name of a host under localhost is this machine, for whoever resolves it; the SDK is told where it is.
  const Bucket = 'the-bucket'
  const byPath = s3Client(server)
  await byPath.send(new PutObjectCommand({ Bucket, Key: 'styled', Body: 'x' }))
  const signed = await hosted(Bucket, '/styled')
  const found = await byPath.send(new GetObjectCommand({ Bucket, Key: 'styled' }))
  expect([signed.text, await found.Body?.transformToString()]).toEqual(['x', 'x'])
})
