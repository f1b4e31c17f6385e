import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { awsChunked } from '../support/aws-chunked.ts'
import { type BlobFile, blobFiles } from '../support/blob-files.ts'
import { createBucket, getObject, putObject } from '../support/buckets.ts'
import { contentOf } from '../support/content.ts'
import { RawConnection, type SocketAnswer } from '../support/raw-connection.ts'
import { type ServerAddress, errorCodeOf, rawRequest, xmlTexts } from '../support/raw-request.ts'
import { startTestServer } from '../support/server.ts'
import { objectPath, signHeaders } from '../support/signature-v4.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'
import { chunkedUpload } from './aws-chunked-request.ts'

type Headers = Readonly<Record<string, string>>
const bucket = 'broken-bodies'
const SIZES = [
  { name: 'inline', size: 10_000 },
  { name: 'in a blob', size: 1_000_000 },
]
let folder: TemporaryDirectory
let server: ServerAddress & { readonly port: number }
let key: string
let path: string
let filesBefore: ReadonlySet<string>

beforeAll(async () => {
  folder = await temporaryDirectory()
  const started = await startTestServer({ dataDirectory: folder.path })
  server = started
  await createBucket(server, bucket)
  return async () => {
    await started[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  }
})

/** What was there before must be there after. */
const before = Buffer.from('what was there before')
beforeEach(async ({ task }) => {
  key = task.id
  path = objectPath(bucket, key)
  await putObject(server, bucket, key, before)
  filesBefore = new Set((await blobFiles(folder.path)).map((file) => file.path))
})

async function newFiles(): Promise<BlobFile[]> {
  return (await blobFiles(folder.path)).filter((file) => !filesBefore.has(file.path))
}

/** Asked until it is so: a server may notice a lost connection after the test does. */
async function leftBehind(): Promise<unknown> {
  const { text } = await getObject(server, bucket, key)
  return { text, files: await newFiles() }
}
const nothing = { text: before.toString(), files: [] }

/** Resolves when the server has begun to store a body that does not go inline. */
async function storingBegan(size: number): Promise<void> {
  if (size > 100_000) await vi.waitUntil(async () => (await newFiles()).length > 0)
}

async function send(headers: Headers, ...body: (Uint8Array | string)[]): Promise<RawConnection> {
  const connection = await RawConnection.open(server.port)
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  await connection.write(`PUT ${path} HTTP/1.1\r\n${lines.join('')}\r\n`)
  for (const bytes of body) await connection.write(bytes)
  return connection
}

/** A body whose HTTP framing is whole, whatever is wrong within. */
async function sendWhole(headers: Headers, body: readonly Uint8Array[]): Promise<unknown> {
  const bytes = Buffer.concat(body)
  using connection = await send({ ...headers, 'Content-Length': String(bytes.length) }, bytes)
  return outcome(await connection.answer())
}

function outcome(answer: SocketAnswer | undefined): unknown {
  return answer && [answer.status, errorCodeOf(answer.text)]
}

function plainHeaders(extra: Headers = {}, payloadHash = 'UNSIGNED-PAYLOAD'): Headers {
  const headers = { host: new URL(server.url).host, ...extra }
  const request = { method: 'PUT', path, headers, credentials: server.credentials, date: new Date() }
  return signHeaders(request, payloadHash).headers
}

describe.each(SIZES)('a plain body, $name', ({ size }) => {
  it('cut off by a reset is not stored', async () => {
    using connection = await send(
      plainHeaders({ 'content-length': String(size) }),
      contentOf('cut', size - 1000),
    )
    await storingBegan(size)
    connection.cut()
    await expect.poll(leftBehind, { timeout: 5000 }).toEqual(nothing)
  })

  it('that ends early is IncompleteBody, if anything', async () => {
    const half = contentOf('half', size / 2)
    using connection = await send(plainHeaders({ 'content-length': String(size) }), half)
    connection.finish()
    expect([undefined, [400, 'IncompleteBody']]).toContainEqual(outcome(await connection.answer()))
    await expect.poll(leftBehind, { timeout: 5000 }).toEqual(nothing)
  })

  it('of another hash than signed is refused', async () => {
    const headers = plainHeaders({}, 'a'.repeat(64))
    expect(await sendWhole(headers, [contentOf('hash', size)])).toEqual([400, 'XAmzContentSHA256Mismatch'])
    await expect.poll(leftBehind, { timeout: 5000 }).toEqual(nothing)
  })

  it('of another MD5 than declared is BadDigest', async () => {
    const headers = plainHeaders({ 'content-md5': Buffer.alloc(16).toString('base64') })
    expect(await sendWhole(headers, [contentOf('md5', size)])).toEqual([400, 'BadDigest'])
    await expect.poll(leftBehind, { timeout: 5000 }).toEqual(nothing)
  })

  it('longer than declared ends where it was said to end', async () => {
    const body = contentOf('longer', size)
    const headers = plainHeaders({ 'content-length': String(size) })
    using connection = await send(headers, body, 'and more that nobody asked for\r\n\r\n')
    const [first, ...others] = await connection.answersUntilClosed()
    expect(first?.status).toBe(200)
    for (const { status } of others) expect(status).toBe(400)
    expect((await getObject(server, bucket, key)).body.equals(body)).toBe(true)
    await putObject(server, bucket, key, before)
  })

  it('in broken HTTP chunks is not stored', async () => {
    const { headers, context } = chunkedUpload(server, path, size)
    const whole = Buffer.concat(awsChunked([contentOf('http chunks', size)], { context }))
    const half = whole.subarray(0, whole.length / 2)
    const chunk = [`${half.length.toString(16)}\r\n`, half, '\r\n']
    using connection = await send({ ...headers, 'Transfer-Encoding': 'chunked' }, ...chunk, 'what size?\r\n')
    expect([undefined, 400]).toContain((await connection.answer())?.status)
    await expect.poll(leftBehind, { timeout: 5000 }).toEqual(nothing)
  })
})

describe.each(SIZES)('an aws-chunked body, $name', ({ size }) => {
  /** In chunks of 8 KiB at least, as S3 asks. */
  function chunks(sizeBytes = size): Buffer[] {
    const whole = contentOf('chunked', sizeBytes)
    const starts = Array.from({ length: Math.ceil(sizeBytes / 65_536) }, (_, index) => index * 65_536)
    return starts.map((start) => whole.subarray(start, start + 65_536))
  }

  it('that is right is stored', async () => {
    const { headers, context } = chunkedUpload(server, path, size)
    expect(await sendWhole(headers, awsChunked(chunks(), { context }))).toEqual([200, undefined])
    expect((await getObject(server, bucket, key)).body.equals(contentOf('chunked', size))).toBe(true)
    await rawRequest(server, { method: 'DELETE', path })
    await putObject(server, bucket, key, before)
  })

  it.each(['the first', 'the last', 'the final empty'] as const)(
    'with a wrong signature on %s chunk is SignatureDoesNotMatch',
    async (which) => {
      const { headers, context } = chunkedUpload(server, path, size)
      const framed = awsChunked(chunks(), { context })
      const index = { 'the first': 0, 'the last': framed.length - 2, 'the final empty': framed.length - 1 }[
        which
      ]
      const forged = framed.map((chunk, at) => (at === index ? forgeSignature(chunk) : chunk))
      expect(await sendWhole(headers, forged)).toEqual([403, 'SignatureDoesNotMatch'])
      await expect.poll(leftBehind, { timeout: 5000 }).toEqual(nothing)
    },
  )

  it('with a byte changed on the way is SignatureDoesNotMatch', async () => {
    const { headers, context } = chunkedUpload(server, path, size)
    const whole = Buffer.concat(awsChunked(chunks(), { context }))
    whole[200] = (whole[200] ?? 0) ^ 1
    expect(await sendWhole(headers, [whole])).toEqual([403, 'SignatureDoesNotMatch'])
    await expect.poll(leftBehind, { timeout: 5000 }).toEqual(nothing)
  })

  it.each([
    ['without its final chunk', -1],
    ['cut in the middle of a chunk', -2],
  ])('%s is IncompleteBody', async (_, keep) => {
    const { headers, context } = chunkedUpload(server, path, size)
    const framed = awsChunked(chunks(), { context })
    const [last = Buffer.alloc(0)] = framed.slice(keep)
    const body = keep === -1 ? framed.slice(0, -1) : [...framed.slice(0, -2), last.subarray(0, 5000)]
    expect(await sendWhole(headers, body)).toEqual([400, 'IncompleteBody'])
    await expect.poll(leftBehind, { timeout: 5000 }).toEqual(nothing)
  })

  it('shorter than its decoded length is IncompleteBody', async () => {
    const { headers, context } = chunkedUpload(server, path, size + 1)
    expect(await sendWhole(headers, awsChunked(chunks(), { context }))).toEqual([400, 'IncompleteBody'])
    await expect.poll(leftBehind, { timeout: 5000 }).toEqual(nothing)
  })

  it('longer than its decoded length is refused', async () => {
    const { headers, context } = chunkedUpload(server, path, size - 1)
    expect(await sendWhole(headers, awsChunked(chunks(), { context }))).toEqual([400, expect.any(String)])
    await expect.poll(leftBehind, { timeout: 5000 }).toEqual(nothing)
  })

  it.each([
    ['no number', 'zz;chunk-signature=0\r\n'],
    ['a negative size', '-5\r\n'],
    ['no size', '\r\n'],
    ['a size beyond all numbers', 'ffffffffffffffffffff\r\n'],
    ['zeros without end', '0'.repeat(100_000)],
  ])('with a chunk that begins with %s is refused', async (_, garbage) => {
    const { headers, context } = chunkedUpload(server, path, size)
    const [first = Buffer.alloc(0)] = awsChunked(chunks(), { context })
    const body = [first, Buffer.from(garbage), contentOf('garbage', 1000)]
    const answer = await sendWhole(headers, body)
    expect([400, 403]).toContain((answer as [number, string])[0])
    expect((answer as [number, string])[1]).toEqual(expect.any(String))
    await expect.poll(leftBehind, { timeout: 5000 }).toEqual(nothing)
  })

  it('cut off by a reset is not stored', async () => {
    const { headers, context } = chunkedUpload(server, path, size)
    const whole = Buffer.concat(awsChunked(chunks(), { context }))
    const declared = { ...headers, 'Content-Length': String(whole.length) }
    using connection = await send(declared, whole.subarray(0, whole.length - 100))
    await storingBegan(size)
    connection.cut()
    await expect.poll(leftBehind, { timeout: 5000 }).toEqual(nothing)
  })

  describe('with a trailer', () => {
    const signedTrailer = {
      payload: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
      trailer: 'x-amz-checksum-crc32',
    }
    const unsignedTrailer = { ...signedTrailer, payload: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' }
    const wrong = { 'x-amz-checksum-crc32': 'AAAAAA==' }

    it('of a wrong checksum is BadDigest', async () => {
      const signed = chunkedUpload(server, path, size, signedTrailer)
      const signedBody = awsChunked(chunks(), { context: signed.context, trailer: wrong })
      expect(await sendWhole(signed.headers, signedBody)).toEqual([400, 'BadDigest'])
      const unsigned = chunkedUpload(server, path, size, unsignedTrailer)
      const unsignedBody = awsChunked(chunks(), { trailer: wrong })
      expect(await sendWhole(unsigned.headers, unsignedBody)).toEqual([400, 'BadDigest'])
      await expect.poll(leftBehind, { timeout: 5000 }).toEqual(nothing)
    })

    it('of a wrong signature is SignatureDoesNotMatch', async () => {
      const { headers, context } = chunkedUpload(server, path, size, signedTrailer)
      const framed = awsChunked(chunks(), { context, trailer: wrong })
      const last = framed.pop()?.toString() ?? ''
      const forged = Buffer.from(last.replace(/(trailer-signature:).{64}/, `$1${'0'.repeat(64)}`))
      expect(await sendWhole(headers, [...framed, forged])).toEqual([403, 'SignatureDoesNotMatch'])
      await expect.poll(leftBehind, { timeout: 5000 }).toEqual(nothing)
    })

    it('that was announced and never came is refused', async () => {
      const { headers } = chunkedUpload(server, path, size, unsignedTrailer)
      expect(await sendWhole(headers, awsChunked(chunks()))).toEqual([400, expect.any(String)])
      await expect.poll(leftBehind, { timeout: 5000 }).toEqual(nothing)
    })
  })
})

it('leaves no part of a broken UploadPart behind', async () => {
  const begun = await rawRequest(server, { method: 'POST', path, query: 'uploads' })
  const uploadId = xmlTexts(begun.text, 'UploadId')[0] ?? ''
  const query = `partNumber=1&uploadId=${encodeURIComponent(uploadId)}`
  const headers = { 'content-md5': Buffer.alloc(16).toString('base64') }
  const part = await rawRequest(server, {
    method: 'PUT',
    path,
    query,
    headers,
    body: contentOf('part', 100_000),
  })
  expect([part.status, part.errorCode]).toEqual([400, 'BadDigest'])
  const listed = await rawRequest(server, { path, query: `uploadId=${encodeURIComponent(uploadId)}` })
  expect(listed.status).toBe(200)
  expect(xmlTexts(listed.text, 'PartNumber')).toEqual([])
  await expect.poll(leftBehind, { timeout: 5000 }).toEqual(nothing)
})

it('answers before it reads a body that it will refuse', async () => {
  const headers = {
    ...plainHeaders({ expect: '100-continue', 'content-length': '1000' }),
    authorization: 'nonsense',
  }
  using connection = await send(headers)
  const answer = await connection.answer()
  expect(answer?.status).toBeGreaterThanOrEqual(400)
  expect(connection.received).not.toContain('100 Continue')
})

it('asks for a body that it will take', async () => {
  const body = contentOf('continue', 1000)
  const headers = plainHeaders({ expect: '100-continue', 'content-length': '1000' })
  using connection = await send(headers)
  await expect.poll(() => connection.received).toContain('HTTP/1.1 100 Continue\r\n\r\n')
  await connection.write(body)
  expect((await connection.answer())?.status).toBe(200)
  expect((await getObject(server, bucket, key)).body.equals(body)).toBe(true)
})

it('has left nothing at all in the end', async () => {
  await expect.poll(() => blobFiles(folder.path), { timeout: 10_000 }).toEqual([])
})

function forgeSignature(chunk: Buffer): Buffer {
  const text = chunk.toString('latin1').replace(/chunk-signature=.{64}/, `chunk-signature=${'0'.repeat(64)}`)
  return Buffer.from(text, 'latin1')
}
