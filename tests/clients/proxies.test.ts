import { readFile, writeFile } from 'node:fs/promises'
import * as https from 'node:https'
import { join } from 'node:path'
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { awkwardKeys } from '../support/awkward-keys.ts'
import { createBucket, putObject, sortedAsKeys } from '../support/buckets.ts'
import { makeCertificate } from '../support/certificate.ts'
import { contentOf } from '../support/content.ts'
import { freePort } from '../support/free-port.ts'
import { type ProxyKind, proxyKinds, proxySnippet, runProxy } from '../support/proxy-process.ts'
import { rawRequest } from '../support/raw-request.ts'
import { requireCommand } from '../support/require-command.ts'
import { s3Client } from '../support/s3-client.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { clientTimeoutMilliseconds } from '../support/sizes.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

/** Whence clients come: the proxies connect from 127.0.0.1, which is trusted. */
const CLIENT = '127.0.0.2'
const SPOOFED = '203.0.113.9'

let server: ServerProcess
beforeAll(async () => {
  server = await startServerProcess({
    config: {
      trustedProxies: ['127.0.0.1'],
      encryption: { requireTls: true },
      newBuckets: { blockPublicAccess: false },
    },
  })
  return () => server[Symbol.asyncDispose]()
})

const CERTIFICATE = '/etc/ssl/s3.example.com'

/** Runs a proxy as the page configures it, over TLS before the server. */
async function startProxy(language: string, kind: ProxyKind) {
  const folder = await temporaryDirectory()
  const files = await makeCertificate(folder.path)
  const both = join(folder.path, 'both.pem')
  await writeFile(both, (await readFile(files.certificate, 'utf8')) + (await readFile(files.key, 'utf8')))
  const port = await freePort()
  const written = await proxySnippet('proxies.md', language)
  expect(written).toContain('127.0.0.1:9000')
  const snippet = written
    .replaceAll(`${CERTIFICATE}.both.pem`, both)
    .replaceAll(`${CERTIFICATE}.pem`, files.certificate)
    .replaceAll(`${CERTIFICATE}.key`, files.key)
    .replaceAll('127.0.0.1:9000', `127.0.0.1:${server.port}`)
  const proxy = await runProxy(kind, snippet, { folder: folder.path, port })
  return {
    port,
    url: `https://localhost:${port}`,
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** A request over TLS from the client's address. */
function get(
  url: string,
  headers: Record<string, string> = {},
): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const options = { headers, agent: false, rejectUnauthorized: false, localAddress: CLIENT, family: 4 }
    const request = https.get(url, options, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => resolve({ status: answer.statusCode, text: Buffer.concat(chunks).toString() }))
    })
    request.on('error', reject)
  })
}

async function openBucket(name: string, condition: object): Promise<string> {
  const bucket = await createBucket(server, name)
  await putObject(server, bucket, 'key', 'content')
  const statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Condition: condition }
  const Resource = `arn:aws:s3:::${bucket}/*`
  const policy = { Version: '2012-10-17', Statement: [{ ...statement, Resource }] }
  const put = { method: 'PUT', path: `/${bucket}`, query: 'policy=', body: JSON.stringify(policy) }
  expect((await rawRequest(server, put)).status).toBe(204)
  return bucket
}

describe.each(Object.entries(proxyKinds))('behind the %s of the page', (language, kind) => {
  let proxy: Awaited<ReturnType<typeof startProxy>>
  let client: S3Client
  beforeEach(async (context) => {
    await requireCommand(context, kind.command)
    proxy = await startProxy(language, kind)
    const httpsAgent = new https.Agent({ rejectUnauthorized: false, localAddress: CLIENT, family: 4 })
    const requestHandler = { httpsAgent }
    client = s3Client({ url: proxy.url, credentials: server.credentials }, { requestHandler })
    return async () => {
      client.destroy()
      await proxy[Symbol.asyncDispose]()
    }
  }, clientTimeoutMilliseconds)

  it('keys and bytes go through as they are', { timeout: clientTimeoutMilliseconds }, async () => {
    const Bucket = await createBucket(server, `through-${kind.command}`)
    for (const Key of awkwardKeys) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }))
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }))
      expect(await Body?.transformToString()).toBe(Key)
    }
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket }))
    expect(Contents?.map(({ Key }) => Key)).toEqual(sortedAsKeys(awkwardKeys))
    const large = contentOf('proxy', 6 * 1024 * 1024 + 1)
    // Over TLS, or the server would refuse a key of the client's.
    const SSECustomerKey = Buffer.alloc(32, 7).toString('base64')
    const sealed = { Bucket, Key: 'large', SSECustomerAlgorithm: 'AES256', SSECustomerKey }
    await client.send(new PutObjectCommand({ ...sealed, Body: large }))
    const { Body } = await client.send(new GetObjectCommand(sealed))
    expect(large.equals((await Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true)
    const url = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: 'plus+plus' }))
    expect((await get(url)).text).toBe('plus+plus')
  })

  it('the client is who speaks to the proxy, whatever it says', async () => {
    const own = await openBucket(`own-${kind.command}`, {
      IpAddress: { 'aws:SourceIp': CLIENT },
      Bool: { 'aws:SecureTransport': 'true' },
    })
    const others = await openBucket(`others-${kind.command}`, { IpAddress: { 'aws:SourceIp': SPOOFED } })
    const lies = {
      'X-Forwarded-For': SPOOFED,
      'X-Forwarded-Proto': 'http',
      'X-Forwarded-Host': 'other.example',
      Forwarded: `for=${SPOOFED};proto=http`,
    }
    for (const headers of [{}, lies]) {
      expect(await get(`${proxy.url}/${own}/key`, headers)).toEqual({ status: 200, text: 'content' })
      expect((await get(`${proxy.url}/${others}/key`, headers)).status).toBe(403)
    }
  })
})
