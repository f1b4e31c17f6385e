import { createHash, hash } from 'node:crypto'
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { createBucket } from '../../support/buckets.ts'
import { contentOf } from '../../support/content.ts'
import { type RawAnswer, rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { referenceChecksum } from '../../support/reference-checksums.ts'
import { startTestServer } from '../../support/server.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { createDirectoryBucket, expressRequest, sdkWithBucket } from './directory-room.ts'

let server: TestServer
let bucket: string
beforeAll(async () => {
  server = await startTestServer({ minimumPartBytes: 1 })
  bucket = await createDirectoryBucket(server, 'appends')
  return () => server[Symbol.asyncDispose]()
})

const request = (method: string, key: string, parts: object = {}): Promise<RawAnswer> =>
  expressRequest(server, { method, path: `/${bucket}/${key}`, ...parts })
const append = (
  key: string,
  offset: number,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
): Promise<RawAnswer> =>
  request('PUT', key, { body, headers: { 'x-amz-write-offset-bytes': String(offset), ...headers } })
const head = (key: string): Promise<RawAnswer> =>
  request('HEAD', key, { headers: { 'x-amz-checksum-mode': 'ENABLED' } })

describe('an append', () => {
  it('adds to the end of an object, and tells its size', async () => {
    const first = await request('PUT', 'log', { body: 'one,', headers: { 'x-amz-meta-kept': 'yes' } })
    const answer = await append('log', 4, 'two,')
    expectSuccess(answer)
    expect(answer.headers['x-amz-object-size']).toBe('8')
    expectSuccess(await append('log', 8, 'three'))
    const { text, headers } = await request('GET', 'log')
    expect([text, headers['x-amz-meta-kept']]).toEqual(['one,two,three', 'yes'])
    expect(new Set([first.headers['etag'], answer.headers['etag'], headers['etag']]).size).toBe(3)
  })

  it('begins an object at offset 0', async () => {
    const answer = await append('begun', 0, 'x')
    expectSuccess(answer)
    expect(answer.headers['x-amz-object-size']).toBe('1')
    expectSuccess(await request('PUT', 'empty', { body: '' }))
    expectSuccess(await append('empty', 0, 'full'))
    expect((await request('GET', 'empty')).text).toBe('full')
  })

  it('brings bytes, no metadata, and checksums of the algorithm that the object has', async () => {
    const sha1 = { 'x-amz-checksum-sha1': referenceChecksum('SHA1', 'one') }
    const begun = await request('PUT', 'refused', { body: 'one', headers: { 'x-amz-meta-x': '1', ...sha1 } })
    for (const [body, headers] of [
      ['', {}],
      ['two', { 'x-amz-meta-x': '2' }],
      ['two', { 'x-amz-checksum-crc32': referenceChecksum('CRC32', 'two') }],
    ] as const)
      expectError(await append('refused', 3, body, headers), 400, 'InvalidRequest')
    expectError(await append('refused-too', 0, ''), 400, 'InvalidRequest')
    const { text, headers } = await request('GET', 'refused')
    expect([text, headers['x-amz-meta-x'], headers['etag']]).toEqual(['one', '1', begun.headers['etag']])
    // Of whom nobody chose the algorithm, whoever sends another by default.
    expectSuccess(await request('PUT', 'by-default', { body: 'one' }))
    const crc32 = { 'x-amz-checksum-crc32': referenceChecksum('CRC32', 'two') }
    expectSuccess(await append('by-default', 3, 'two', crc32))
  })

  it('is a part of the object, which GetObjectAttributes lists whatever its checksum is', async () => {
    await request('PUT', 'parts', { body: 'one' })
    for (const offset of [3, 6]) expectSuccess(await append('parts', offset, 'two'))
    const headers = { 'x-amz-object-attributes': 'ObjectParts' }
    const { text } = await request('GET', 'parts', { query: 'attributes', headers })
    expect(xmlTexts(text, 'PartNumber')).toEqual(['1', '2', '3'])
    expect(xmlTexts(text, 'Size')).toEqual(['3', '3', '3'])
  })

  it('takes bodies of all sizes, and ranges go over the seams', async () => {
    const bodies = [10, 40_000, 1, 300_000, 33_000].map((size, index) => contentOf(`part ${index}`, size))
    let offset = 0
    for (const body of bodies) {
      expectSuccess(await append('sizes', offset, body))
      offset += body.length
    }
    const whole = Buffer.concat(bodies)
    expect((await request('GET', 'sizes')).body.equals(whole)).toBe(true)
    for (const [start, end] of [
      [5, 20],
      [40_000, 40_020],
      [9, 340_020],
      [0, offset - 1],
    ] as const) {
      const { body } = await request('GET', 'sizes', { headers: { range: `bytes=${start}-${end}` } })
      expect(body.equals(whole.subarray(start, end + 1))).toBe(true)
    }
  })

  it('continues an upload in parts', async () => {
    const { client, Bucket } = await sdkWithBucket(server, 'parts')
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'k' }))
    const Parts = await Promise.all(
      ['a', 'b'].map(async (Body, index) => {
        const PartNumber = index + 1
        const part = new UploadPartCommand({ Bucket, Key: 'k', UploadId, PartNumber, Body })
        return { PartNumber, ETag: (await client.send(part)).ETag }
      }),
    )
    await client.send(
      new CompleteMultipartUploadCommand({ Bucket, Key: 'k', UploadId, MultipartUpload: { Parts } }),
    )
    const { Size } = await client.send(
      new PutObjectCommand({ Bucket, Key: 'k', Body: 'c', WriteOffsetBytes: 2 }),
    )
    expect(Size).toBe(3)
    const third = await client.send(new GetObjectCommand({ Bucket, Key: 'k', PartNumber: 3 }))
    expect([await third.Body?.transformToString(), third.PartsCount]).toEqual(['c', 3])
  })

  it('is seen whole or not at all by many at a time', async () => {
    await request('PUT', 'race', { body: '' })
    const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => append('race', 0, `${index}`)))
    const won = answers.filter(({ status }) => status === 200)
    expect(won).toHaveLength(1)
    for (const lost of answers.filter(({ status }) => status !== 200))
      expect(['InvalidWriteOffset', 'OperationAborted']).toContain(lost.errorCode)
    expect((await request('GET', 'race')).text).toHaveLength(1)
  })
})

describe('a checksum', () => {
  it.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)(
    'by %s is that of the whole object',
    async (algorithm) => {
      const header = `x-amz-checksum-${algorithm.toLowerCase()}`
      const bodies = ['first ', 'second ', 'third']
      let offset = 0
      for (const body of bodies) {
        const value = referenceChecksum(algorithm, body)
        expectSuccess(await append(algorithm, offset, body, { [header]: value }))
        offset += body.length
      }
      const { headers } = await head(algorithm)
      const whole = referenceChecksum(algorithm, bodies.join(''))
      expect([headers[header], headers['x-amz-checksum-type']]).toEqual([whole, 'FULL_OBJECT'])
    },
  )

  it('by SHA256 is one of those of the parts', async () => {
    const bodies = ['first ', 'second ', 'third']
    const digests = bodies.map((body) => createHash('sha256').update(body).digest())
    let offset = 0
    for (const [index, body] of bodies.entries()) {
      const headers = { 'x-amz-checksum-sha256': digests[index]?.toString('base64') ?? '' }
      expectSuccess(await append('sha', offset, body, headers))
      offset += body.length
    }
    const { headers } = await head('sha')
    const whole = createHash('sha256').update(Buffer.concat(digests)).digest('base64')
    expect([headers['x-amz-checksum-sha256'], headers['x-amz-checksum-type']]).toEqual([
      `${whole}-3`,
      'COMPOSITE',
    ])
  })

  it('that is wrong leaves the object as it was', async () => {
    await request('PUT', 'wrong', { body: 'right' })
    const headers = { 'x-amz-checksum-crc32': 'AAAAAA==' }
    expectError(await append('wrong', 5, 'wrong', headers), 400, 'BadDigest')
    expect((await request('GET', 'wrong')).text).toBe('right')
  })
})

describe('is refused', () => {
  it('at another offset than the end', async () => {
    await request('PUT', 'short', { body: 'abc' })
    for (const offset of [0, 2, 4, -1])
      expectError(await append('short', offset, 'x'), 400, 'InvalidWriteOffset')
    expectError(await append('absent', 1, 'x'), 400, 'InvalidWriteOffset')
    expectError(await append('short', 3, 'x', { 'if-none-match': '*' }), 412, 'PreconditionFailed')
    expectError(await append('short', 3, 'x', { 'if-match': '"other"' }), 412, 'PreconditionFailed')
    expect((await append('short', 3, 'x', { 'x-amz-write-offset-bytes': 'x' })).status).toBe(400)
  })

  it('in a general purpose bucket', async () => {
    await createBucket(server, 'general-purpose')
    const headers = { 'x-amz-write-offset-bytes': '0' }
    const answer = await rawRequest(server, { method: 'PUT', path: '/general-purpose/k', body: 'x', headers })
    expect(expectError(answer, 501, 'NotImplemented')('Header')).toBe('x-amz-write-offset-bytes')
  })
})

it('leaves nothing behind when the object goes', async () => {
  const body = contentOf('gone', 50_000)
  for (const index of [0, 1, 2]) await append('gone', index * body.length, body)
  expect(hash('md5', (await request('GET', 'gone')).body)).toBe(
    hash('md5', Buffer.concat([body, body, body])),
  )
  await request('DELETE', 'gone')
  await server.settle()
  expectError(await request('GET', 'gone'), 404, 'NoSuchKey')
})
