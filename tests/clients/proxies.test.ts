import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import * as https from 'node:https'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { awkwardKeys } from '../support/awkward-keys.ts'
import { createBucket, putObject, sortedAsKeys } from '../support/buckets.ts'
import { makeCertificate } from '../support/certificate.ts'
import { contentOf } from '../support/content.ts'
import { freePort } from '../support/free-port.ts'
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

interface Place {
  readonly folder: string
  readonly port: number
  readonly certificate: string
  readonly key: string
}

interface ProxyKind {
  readonly command: string
  /** Goes round the page's snippet, which listens on `port` of the loopback address then. */
  readonly configure: (snippet: string, place: Place) => string
  readonly words: (file: string, folder: string) => readonly string[]
}

const CERTIFICATE = '/etc/ssl/s3.example.com'

const kinds: Readonly<Record<string, ProxyKind>> = {
  nginx: {
    command: 'nginx',
    configure: (snippet, { folder, port }) => {
      const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      const temporary = paths.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n')
      const own = snippet.replace('listen 443 ssl;', `listen 127.0.0.1:${port} ssl;`)
      return `daemon off; master_process off; pid ${folder}/pid; error_log stderr;
        events {} http { access_log off; ${temporary} ${own} }`
    },
    words: (file, folder) => ['-p', folder, '-e', 'stderr', '-c', file],
  },
  caddyfile: {
    command: 'caddy',
    configure: (snippet, { port }) => {
      const sites = `https://localhost:${port} {\n  bind 127.0.0.1`
      const own = snippet.replace('s3.example.com, *.s3.example.com {', sites)
      return `{\n  admin off\n  auto_https disable_redirects\n}\n${own}`
    },
    words: (file) => ['run', '--adapter', 'caddyfile', '--config', file],
  },
  haproxy: {
    command: 'haproxy',
    configure: (snippet, { port }) => snippet.replace('bind :443', `bind 127.0.0.1:${port}`),
    words: (file) => ['-db', '-f', file],
  },
}

async function snippetOf(language: string): Promise<string> {
  const page = await readFile(new URL('../../docs/proxies.md', import.meta.url), 'utf8')
  const [, snippet] = new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(page) ?? []
  expect(snippet).toContain('127.0.0.1:9000')
  return snippet ?? ''
}

/** Runs a proxy as the page configures it, over TLS before the server. */
async function startProxy(language: string, { command, configure, words }: ProxyKind) {
  const folder = await temporaryDirectory()
  const files = await makeCertificate(folder.path)
  const both = join(folder.path, 'both.pem')
  await writeFile(both, (await readFile(files.certificate, 'utf8')) + (await readFile(files.key, 'utf8')))
  const port = await freePort()
  const snippet = (await snippetOf(language))
    .replaceAll(`${CERTIFICATE}.both.pem`, both)
    .replaceAll(`${CERTIFICATE}.pem`, files.certificate)
    .replaceAll(`${CERTIFICATE}.key`, files.key)
    .replaceAll('127.0.0.1:9000', `127.0.0.1:${server.port}`)
  const file = join(folder.path, 'config')
  await writeFile(file, configure(snippet, { folder: folder.path, port, ...files }))
  const child = spawn(command, words(file, folder.path), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, HOME: folder.path },
  })
  const printed: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => printed.push(text))
  await untilListening(child, port, printed)
  return {
    port,
    url: `https://localhost:${port}`,
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
      await folder[Symbol.asyncDispose]()
    },
  }
}

async function untilListening(child: ChildProcess, port: number, printed: readonly string[]): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!(await isListening(port))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`the proxy does not listen: ${printed.join('')}`)
    }
    await delay(50)
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
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

describe.each(Object.entries(kinds))('behind the %s of the page', (language, kind) => {
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
