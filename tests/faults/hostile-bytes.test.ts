import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { createBucket, getObject, putObject } from '../support/buckets.ts'
import { RawConnection, type SocketAnswer } from '../support/raw-connection.ts'
import { presignedUrl, rawRequest } from '../support/raw-request.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'

/** A process of its own: what would crash the server would take the test along otherwise. */
let server: ServerProcess
const bucket = 'hostile'
const witness = 'must survive'

beforeAll(async () => {
  server = await startServerProcess()
  await createBucket(server, bucket)
  await putObject(server, bucket, 'witness', witness)
  return () => server[Symbol.asyncDispose]()
})

/** Sends bytes, then ends this side; returns every answer. */
async function send(bytes: Uint8Array | string): Promise<SocketAnswer[]> {
  using connection = await RawConnection.open(server.port)
  await connection.write(bytes)
  connection.finish()
  return connection.answersUntilClosed(15_000)
}

/** 501 and 505 say no; the other answers of that class say that the server failed. */
function failures<Answer extends { readonly status: number }>(answers: readonly Answer[]): Answer[] {
  return answers.filter(({ status }) => status >= 500 && status !== 501 && status !== 505)
}

async function expectUnharmed(): Promise<void> {
  const get = await getObject(server, bucket, 'witness')
  expect([get.status, get.text]).toEqual([200, witness])
}

const RUNS = { numRuns: 150 }
const token = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 })
const method = fc.oneof(
  fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'CONNECT', 'TRACE'),
  token,
)
const target = fc.oneof(
  fc.constantFrom(
    '/',
    '//',
    '/%',
    '/%zz',
    '/%00',
    '/%c3%28',
    '*',
    'http://x/y',
    '/hostile/witness',
    '/..',
    '/?&&=&=',
    '/-/',
  ),
  fc.constantFrom(
    '/hostile?uploads',
    '/hostile/k?uploadId=%00',
    '/hostile?list-type=2&max-keys=-1',
    '/hostile?delete',
  ),
  fc.string({ unit: 'grapheme-ascii', maxLength: 60 }).map((text) => `/${text}`),
  fc
    .string({ unit: 'binary', maxLength: 60 })
    .map((text) => `/hostile/${encodeURIComponent(text.toWellFormed())}`),
)
const headerName = fc.oneof(
  fc.constantFrom(
    'Host',
    'Authorization',
    'Content-Length',
    'Transfer-Encoding',
    'Expect',
    'Range',
    'Content-MD5',
  ),
  fc.constantFrom(
    'x-amz-date',
    'x-amz-content-sha256',
    'x-amz-decoded-content-length',
    'x-amz-copy-source',
    'If-Match',
  ),
  fc.constantFrom(
    'x-amz-trailer',
    'x-amz-meta-é',
    'x-amz-acl',
    'Connection',
    'Upgrade',
    'Content-Encoding',
    'Cookie',
  ),
  token,
)
const headerValue = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '-1',
    '5',
    '99999999999999999999',
    'chunked',
    'identity, chunked',
    '100-continue',
    'keep-alive',
  ),
  fc.constantFrom(
    'AWS4-HMAC-SHA256 Credential=',
    'AWS x:y',
    'bytes=0-',
    'bytes=9-1,-',
    'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  ),
  fc.constantFrom(
    '20260101T000000Z',
    'aws-chunked',
    '/hostile/witness',
    'h2c',
    '*',
    '"',
    'hostile.s3.localhost',
  ),
  fc.string({ unit: 'binary', maxLength: 50 }),
)
const body = fc.oneof(
  fc.constantFrom(
    '',
    '0\r\n\r\n',
    '5\r\nhello\r\n0\r\n\r\n',
    'ffffffffffffffff\r\n',
    '<a><b/></a>',
    '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
  ),
  fc.string({ unit: 'binary', maxLength: 300 }),
)

describe('hostile bytes', { timeout: 120_000 }, () => {
  it('of no kind at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 2000 }), async (bytes) => {
        expect(failures(await send(bytes))).toEqual([])
      }),
      RUNS,
    )
    await expectUnharmed()
  })

  it('in the shape of a request', async () => {
    const request = fc.record({
      method,
      target,
      headers: fc.array(fc.tuple(headerName, headerValue), { maxLength: 8 }),
      body,
    })
    await fc.assert(
      fc.asyncProperty(request, async ({ method, target, headers, body }) => {
        const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
        const head = `${method} ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\n${lines}\r\n`
        expect(failures(await send(`${head}${body}`))).toEqual([])
      }),
      RUNS,
    )
    await expectUnharmed()
  })

  it('within a request that is properly signed', async () => {
    await createBucket(server, `${bucket}-fuzz`)
    const query = fc.array(
      fc.tuple(
        fc.constantFrom(
          'uploads',
          'uploadId',
          'partNumber',
          'list-type',
          'max-keys',
          'delimiter',
          'prefix',
          'marker',
          'continuation-token',
          'encoding-type',
          'delete',
          'versionId',
          'acl',
          'x',
        ),
        fc.string({ unit: 'binary', maxLength: 20 }),
      ),
      { maxLength: 4 },
    )
    const extra = fc.dictionary(
      fc.constantFrom(
        'range',
        'if-match',
        'if-modified-since',
        'content-md5',
        'x-amz-copy-source',
        'x-amz-checksum-crc32',
        'x-amz-checksum-algorithm',
        'x-amz-storage-class',
        'x-amz-meta-a',
        'x-amz-copy-source-range',
        'content-type',
        'x-amz-acl',
        'x-amz-tagging',
      ),
      fc.string({ unit: 'grapheme-ascii', maxLength: 30 }),
    )
    const request = fc.record({
      method: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD'),
      key: fc.string({ unit: 'binary', maxLength: 40 }),
      query,
      extra,
      body,
    })
    await fc.assert(
      fc.asyncProperty(request, async ({ method, key, query, extra, body }) => {
        const pairs = query.map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`)
        const answer = await rawRequest(server, {
          method,
          path: `/${bucket}-fuzz/${encodeURIComponent(key.toWellFormed())}`,
          query: pairs.join('&'),
          headers: extra,
          body,
        })
        expect(failures([answer])).toEqual([])
      }),
      RUNS,
    )
    await expectUnharmed()
  })

  it.each([
    ['a header of 1 MB', `GET / HTTP/1.1\r\nHost: x\r\nx: ${'a'.repeat(1_000_000)}\r\n\r\n`],
    ['a target of 1 MB', `GET /${'a'.repeat(1_000_000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['100,000 headers', `GET / HTTP/1.1\r\nHost: x\r\n${'x: y\r\n'.repeat(100_000)}\r\n`],
    ['100,000 query keys', `GET /?${'a&'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['a method of 100 KB', `${'M'.repeat(100_000)} / HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['no host', 'GET / HTTP/1.1\r\n\r\n'],
    ['two hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
    ['HTTP/0.9', 'GET /\r\n\r\n'],
    ['HTTP/2 by prior knowledge', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['HTTP/9.9', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n'],
    ['a TLS hello', Buffer.from('16030100c4010000c00303', 'hex')],
    ['a negative length', 'PUT /hostile/k HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n'],
    ['a length that is no number', 'PUT /hostile/k HTTP/1.1\r\nHost: x\r\nContent-Length: 0x10\r\n\r\n'],
    ['a header with a line break', 'GET / HTTP/1.1\r\nHost: x\r\nx: a\rb\nc\r\n\r\n'],
    ['a header with a null byte', 'GET / HTTP/1.1\r\nHost: x\r\nx: a\0b\r\n\r\n'],
    ['a space before the colon', 'GET / HTTP/1.1\r\nHost: x\r\nx : y\r\n\r\n'],
    ['a folded header', 'GET / HTTP/1.1\r\nHost: x\r\nx: a\r\n  b\r\n\r\n'],
    ['CONNECT', 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n'],
    ['an upgrade', 'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
  ])('%s is refused or answered, and nothing breaks', async (_, bytes) => {
    const answers = await send(bytes)
    expect(failures(answers)).toEqual([])
    for (const { status } of answers) expect(status).toBeGreaterThanOrEqual(400)
    await expectUnharmed()
  })
})

describe('smuggling', { timeout: 60_000 }, () => {
  /** A DELETE that would work if the server took it for a request. */
  function hidden(): string {
    const { pathname, search } = new URL(
      presignedUrl(server, { method: 'DELETE', path: `/${bucket}/witness` }),
    )
    return `DELETE ${pathname}${search} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`
  }

  const framings = [
    ['Content-Length and Transfer-Encoding', 'Content-Length: 5\r\nTransfer-Encoding: chunked'],
    ['Transfer-Encoding and Content-Length', 'Transfer-Encoding: chunked\r\nContent-Length: 5'],
    ['two lengths', 'Content-Length: 5\r\nContent-Length: 0'],
    ['two encodings', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity'],
    ['an encoding in disguise', 'Content-Length: 5\r\nTransfer-Encoding : chunked'],
    ['an encoding behind a tab', 'Content-Length: 5\r\nTransfer-Encoding:\tchunked'],
    ['an unknown encoding', 'Content-Length: 5\r\nTransfer-Encoding: xchunked'],
    ['an encoding after a line feed', 'Content-Length: 5\r\nx: y\nTransfer-Encoding: chunked'],
    ['a length with a sign', 'Content-Length: +5'],
    ['a list of lengths', 'Content-Length: 5, 5'],
  ]
  it.each(framings)('by %s hides no request', async (_, headers) => {
    const answers = await send(
      `POST /${bucket} HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n0\r\n\r\n${hidden()}`,
    )
    expect(answers.filter(({ status }) => status < 400)).toEqual([])
    expect(failures(answers)).toEqual([])
    await expectUnharmed()
  })

  it('within a chunk extension hides no request', async () => {
    const head = `POST /${bucket} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`
    const chunk = `2;\nxx\r\n4c\r\n0\r\n\r\n${hidden()}0\r\n\r\n`
    const answers = await send(`${head}${chunk}`)
    expect(answers.filter(({ status }) => status < 400)).toEqual([])
    await expectUnharmed()
  })

  it('after a refused request hides no body as the next request', async () => {
    const inner = hidden()
    const head = `PUT /${bucket}/k HTTP/1.1\r\nHost: x\r\nContent-Length: ${inner.length}\r\n\r\n`
    const answers = await send(`${head}${inner}`)
    expect(answers.map(({ status }) => status).filter((status) => status < 400)).toEqual([])
    await expectUnharmed()
  })
})

it('memory does not grow with what was refused', { timeout: 120_000 }, async () => {
  const garbage = `PUT /hostile/k HTTP/1.1\r\nHost: x\r\nx-amz-meta-a: ${'a'.repeat(8000)}\r\nContent-Length: 9\r\n\r\n`
  const round = async (count: number): Promise<void> => {
    for (let sent = 0; sent < count; sent += 50)
      await Promise.all(Array.from({ length: 50 }, () => send(garbage)))
  }
  await round(500)
  const before = await residentBytes(server.processId)
  await round(1500)
  expect((await residentBytes(server.processId)) - before).toBeLessThan(100 * 1024 * 1024)
})

async function residentBytes(processId: number): Promise<number> {
  const status = await readFile(`/proc/${processId}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024
}
