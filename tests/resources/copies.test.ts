import {
  GetObjectAnnotationCommand,
  GetObjectTaggingCommand,
  PutObjectAnnotationCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { Bucket, type Progress } from '@holdfast/resources'
import type { TestServer } from 'holdfast'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { contentOf } from '../support/content.ts'
import { s3Client } from '../support/s3-client.ts'
import { startTestServer } from '../support/server.ts'
import { SentRequests } from './sent-requests.ts'

const KIBIBYTE = 1024
const small = { partSizeBytes: 64 * KIBIBYTE, thresholdBytes: 64 * KIBIBYTE, concurrency: 4 }
const big = contentOf('copies', 300 * KIBIBYTE + 7)

let server: TestServer
let client: S3Client
let bucket: Bucket
let requests: SentRequests

beforeAll(async () => {
  server = await startTestServer({ minimumPartBytes: 1 })
  client = s3Client(server)
  requests = new SentRequests(client)
  bucket = new Bucket('copies', client)
  await bucket.create()
  return async () => {
    client.destroy()
    await server[Symbol.asyncDispose]()
  }
})
beforeEach(() => {
  requests.forget()
})

async function bytesOf(key: string): Promise<Buffer> {
  const { Body } = await bucket.Object(key).get()
  return Buffer.from((await Body?.transformToByteArray()) ?? [])
}

describe('a copy', () => {
  const metadata = { ContentType: 'text/plain', CacheControl: 'no-store', Metadata: { a: 'b' } }

  it.each([
    ['whole', {}, 'CopyObject', 1],
    ['in parts', small, 'UploadPartCopy', 5],
  ] as const)('%s takes bytes and metadata along', async (name, options, operation, times) => {
    await bucket.uploadFileobj(big, 'from/ä +%', metadata, small)
    requests.forget()
    const progress: Progress[] = []
    await bucket.copy(
      { Bucket: bucket.name, Key: 'from/ä +%' },
      name,
      {},
      { ...options, onProgress: (now) => progress.push(now) },
    )
    expect(requests.count(operation)).toBe(times)
    expect(await bytesOf(name)).toEqual(big)
    expect(await bucket.Object(name).load()).toMatchObject({
      contentType: 'text/plain',
      cacheControl: 'no-store',
      metadata: { a: 'b' },
    })
    expect(progress.at(-1)).toEqual({ transferredBytes: big.length, totalBytes: big.length })
  })

  it.each([
    ['whole', {}],
    ['in parts', small],
  ] as const)('%s can replace the metadata', async (name, options) => {
    await bucket.uploadFileobj(big, 'from', metadata, small)
    const input = { MetadataDirective: 'REPLACE', ContentType: 'text/html' } as const
    await bucket.Object(name).copy({ Bucket: bucket.name, Key: 'from' }, input, options)
    const object = await bucket.Object(name).load()
    expect(object).toMatchObject({ contentType: 'text/html', cacheControl: undefined, metadata: {} })
  })

  it.each([
    ['whole', {}],
    ['in parts', small],
  ] as const)('%s takes no heed of metadata without REPLACE', async (name, options) => {
    await bucket.uploadFileobj(big, 'from', metadata, small)
    const input = { ContentType: 'image/png', Metadata: { z: 'y' } }
    await bucket.copy({ Bucket: bucket.name, Key: 'from' }, name, input, options)
    expect(await bucket.Object(name).load()).toMatchObject({
      contentType: 'text/plain',
      metadata: { a: 'b' },
    })
  })

  it.each([
    ['whole', 'COPY', {}, 'a b=1&c=%C3%A4'],
    ['in parts', 'COPY', small, 'a b=1&c=%C3%A4'],
    ['whole', 'REPLACE', {}, 'n=2'],
    ['in parts', 'REPLACE', small, 'n=2'],
    ['in parts', undefined, small, ''],
  ] as const)('%s with the tagging directive %s', async (name, TaggingDirective, options, expected) => {
    await bucket.uploadFileobj(big, 'from', { Tagging: 'a+b=1&c=%C3%A4' }, small)
    const input = { ...(TaggingDirective && { TaggingDirective }), Tagging: 'n=2' }
    await bucket.copy({ Bucket: bucket.name, Key: 'from' }, name, input, options)
    const { TagSet = [] } = await client.send(new GetObjectTaggingCommand({ Bucket: bucket.name, Key: name }))
    const tags = [...new URLSearchParams(expected)].map(([Key, Value]) => ({ Key, Value }))
    expect(TagSet).toEqual(tags)
  })

  it('in parts takes annotations along where they are asked for', async () => {
    await bucket.uploadFileobj(big, 'from', {}, small)
    const from = { Bucket: bucket.name, Key: 'from' }
    await client.send(
      new PutObjectAnnotationCommand({
        ...from,
        AnnotationName: 'note',
        AnnotationPayload: Buffer.from('said'),
      }),
    )
    await bucket.copy(from, 'to', { AnnotationDirective: 'COPY' }, small)
    const { AnnotationPayload } = await client.send(
      new GetObjectAnnotationCommand({ Bucket: bucket.name, Key: 'to', AnnotationName: 'note' }),
    )
    expect(await AnnotationPayload?.transformToString()).toBe('said')
  })

  it.each(['SHA256', 'SHA512', 'MD5', 'XXHASH64', 'XXHASH3', 'XXHASH128'] as const)(
    'in parts with checksums of %s',
    async (ChecksumAlgorithm) => {
      await bucket.uploadFileobj(big, 'from', {}, small)
      await bucket.copy({ Bucket: bucket.name, Key: 'from' }, 'to', { ChecksumAlgorithm }, small)
      const head = await bucket.Object('to').load({ ChecksumMode: 'ENABLED' })
      expect(head.data).toHaveProperty(`Checksum${ChecksumAlgorithm}`)
    },
  )

  it.each([{ concurrency: 0 }, { partSizeBytes: Number.NaN }, { partSizeBytes: 1.5 }])(
    'with %o sends nothing',
    async (options) => {
      requests.forget()
      const refused = bucket.uploadFileobj(big, 'none', {}, { ...small, ...options })
      await expect(refused).rejects.toThrow('must be a whole number above 0')
      expect(requests.all).toEqual([])
    },
  )

  it.each([
    ['whole', {}, 'CopyObject'],
    ['in parts', small, 'UploadPartCopy'],
  ] as const)('%s is made only where its conditions hold of the source', async (name, options, operation) => {
    await bucket.uploadFileobj(big, 'from', metadata, small)
    const { eTag, lastModified } = await bucket.Object('from').load()
    const source = { Bucket: bucket.name, Key: 'from' }
    const before = new Date((lastModified?.getTime() ?? 0) - 60_000)
    requests.forget()
    for (const [condition, httpStatusCode] of [
      [{ CopySourceIfMatch: '"another"' }, 412],
      [{ CopySourceIfUnmodifiedSince: before }, 412],
      [{ CopySourceIfNoneMatch: eTag }, 304],
    ] as const) {
      const refused = bucket.copy(source, name, condition, options)
      await expect(refused).rejects.toMatchObject({ $metadata: { httpStatusCode } })
    }
    expect(requests.count(operation)).toBe(0)
    await bucket.copy(
      source,
      name,
      { CopySourceIfMatch: eTag, CopySourceIfModifiedSince: before, CopySourceIfNoneMatch: '"another"' },
      options,
    )
    expect(await bytesOf(name)).toEqual(big)
  })

  it('of what is not there rejects', async () => {
    await expect(bucket.copy({ Bucket: bucket.name, Key: 'none' }, 'to')).rejects.toMatchObject({
      name: 'NotFound',
    })
  })
})
