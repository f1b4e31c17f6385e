import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import {
  type ChecksumAlgorithm,
  type ChecksumType,
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
  paginateListObjectsV2,
  waitUntilBucketExists,
  waitUntilObjectExists,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { beforeAll, describe, expect, it } from 'vitest'
import { awkwardKeys } from '../support/awkward-keys.ts'
import { listKeys, sortedAsKeys } from '../support/buckets.ts'
import { contentChunks, contentOf, sha256Of, writeContentFile } from '../support/content.ts'
import { s3Client } from '../support/s3-client.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { clientTimeoutMilliseconds, largeSizeBytes } from '../support/sizes.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

let server: ServerProcess
let client: S3Client

beforeAll(async () => {
  server = await startServerProcess()
  client = s3Client(server)
  return async () => {
    client.destroy()
    await server[Symbol.asyncDispose]()
  }
})

async function bucketNamed(Bucket: string): Promise<string> {
  await client.send(new CreateBucketCommand({ Bucket }))
  await waitUntilBucketExists({ client, maxWaitTime: 10 }, { Bucket })
  return Bucket
}

async function bytesOf(Bucket: string, Key: string): Promise<Buffer> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }))
  return Buffer.from((await Body?.transformToByteArray()) ?? [])
}

describe('PutObjectCommand', { timeout: clientTimeoutMilliseconds }, () => {
  it.each([0, 1, 65_535, 65_536, 65_537, 3_000_000])('sends %i bytes as a buffer', async (size) => {
    const Bucket = await bucketNamed(`js-buffer-${size}`)
    const Body = contentOf('js', size)
    await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body }))
    expect((await bytesOf(Bucket, 'k')).equals(Body)).toBe(true)
  })

  it('sends a stream of known length, with the default checksum as a trailer', async () => {
    const Bucket = await bucketNamed('js-stream')
    const body = contentOf('stream', 5_000_001)
    const put = new PutObjectCommand({
      Bucket,
      Key: 'k',
      Body: Readable.from(contentChunks('stream', body.length)),
      ContentLength: body.length,
      ContentEncoding: 'gzip',
    })
    const { ChecksumCRC32 } = await client.send(put)
    expect(ChecksumCRC32).toMatch(/^[A-Za-z0-9+/]{6}==$/)
    expect((await bytesOf(Bucket, 'k')).equals(body)).toBe(true)
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }))
    expect(head).toMatchObject({ ChecksumCRC32, ChecksumType: 'FULL_OBJECT', ContentEncoding: 'gzip' })
  })

  it.each<ChecksumAlgorithm>(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'])(
    'sends %s as a header for bytes and as a trailer for streams',
    async (ChecksumAlgorithm) => {
      const Bucket = await bucketNamed(`js-checksum-${ChecksumAlgorithm.toLowerCase()}`)
      const body = contentOf(ChecksumAlgorithm, 200_000)
      const member = `Checksum${ChecksumAlgorithm}` as const
      const common = { Bucket, ChecksumAlgorithm, ContentLength: body.length }
      const bytes = await client.send(new PutObjectCommand({ ...common, Key: 'bytes', Body: body }))
      const Body = Readable.from([body.subarray(0, 70_000), body.subarray(70_000)])
      const stream = await client.send(new PutObjectCommand({ ...common, Key: 'stream', Body }))
      expect(bytes).toHaveProperty(member, expect.stringMatching(/=$/))
      expect(stream).toHaveProperty(member, bytes[member])
      expect((await bytesOf(Bucket, 'stream')).equals(body)).toBe(true)
    },
  )

  it('sends a file', async () => {
    await using folder = await temporaryDirectory()
    const Bucket = await bucketNamed('js-file')
    const sent = await writeContentFile(join(folder.path, 'file'), 'js file', 2_000_000)
    const Body = createReadStream(join(folder.path, 'file'))
    await client.send(new PutObjectCommand({ Bucket, Key: 'file', Body }))
    expect(sha256Of(await bytesOf(Bucket, 'file'))).toBe(sent)
  })

  it('writes only where nothing is, and only over what is known', async () => {
    const Bucket = await bucketNamed('js-conditional')
    const put = { Bucket, Key: 'k', Body: 'one' }
    const { ETag } = await client.send(new PutObjectCommand({ ...put, IfNoneMatch: '*' }))
    await expect(client.send(new PutObjectCommand({ ...put, IfNoneMatch: '*' }))).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    })
    await client.send(new PutObjectCommand({ ...put, Body: 'two', IfMatch: ETag }))
    expect((await bytesOf(Bucket, 'k')).toString()).toBe('two')
  })
})

describe('Upload of lib-storage', { timeout: clientTimeoutMilliseconds }, () => {
  it.each([0, 1000, 20_000_000])('sends a stream of %i bytes whose length nobody knows', async (size) => {
    const Bucket = await bucketNamed(`js-upload-${size}`)
    const Body = Readable.from(contentChunks('upload', size))
    await new Upload({ client, params: { Bucket, Key: 'k', Body } }).done()
    expect((await bytesOf(Bucket, 'k')).equals(contentOf('upload', size))).toBe(true)
  })

  it('sends a large file in parts, several at once', async () => {
    await using folder = await temporaryDirectory()
    const Bucket = await bucketNamed('js-upload-large')
    const file = join(folder.path, 'large')
    const sent = await writeContentFile(file, 'large', largeSizeBytes)
    const params = { Bucket, Key: 'large', Body: createReadStream(file) }
    await new Upload({ client, params, partSize: 8 * 1024 * 1024, queueSize: 4 }).done()

    const { Body, ContentLength } = await client.send(new GetObjectCommand({ Bucket, Key: 'large' }))
    expect(ContentLength).toBe(largeSizeBytes)
    const digest = createHash('sha256')
    for await (const chunk of Body as Readable) digest.update(chunk as Uint8Array)
    expect(digest.digest('hex')).toBe(sent)
  })

  it.each<[ChecksumAlgorithm, ChecksumType]>([
    ['CRC64NVME', 'FULL_OBJECT'],
    ['CRC32', 'FULL_OBJECT'],
    ['CRC32C', 'COMPOSITE'],
    ['SHA256', 'COMPOSITE'],
  ])('keeps the %s of parts as %s', async (ChecksumAlgorithm, ChecksumType) => {
    const Bucket = await bucketNamed(`js-upload-${ChecksumAlgorithm.toLowerCase()}`)
    const body = contentOf('checked parts', 11_000_000)
    const params = { Bucket, Key: 'k', Body: body, ChecksumAlgorithm, ChecksumType }
    await new Upload({ client, params, partSize: 5 * 1024 * 1024, queueSize: 3 }).done()
    const get = new GetObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' })
    const { Body, ETag, ...kept } = await client.send(get)
    expect(ETag).toMatch(/-3"$/)
    expect(kept.ChecksumType).toBe(ChecksumType)
    expect(kept).toHaveProperty(
      `Checksum${ChecksumAlgorithm}`,
      expect.stringMatching(ChecksumType === 'COMPOSITE' ? /-3$/ : /=$/),
    )
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(body)).toBe(true)
  })

  it('gives up without a trace', async () => {
    const Bucket = await bucketNamed('js-upload-abort')
    async function* fails() {
      yield contentOf('abort', 6_000_000)
      throw new Error('the source broke')
    }
    const upload = new Upload({ client, params: { Bucket, Key: 'k', Body: Readable.from(fails()) } })
    await expect(upload.done()).rejects.toThrow('the source broke')
    expect(await listKeys(server, Bucket)).toEqual([])
  })
})

describe('the rest of the client', { timeout: clientTimeoutMilliseconds }, () => {
  it('reads a range as a stream', async () => {
    const Bucket = await bucketNamed('js-range')
    const body = contentOf('range', 1_000_000)
    await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: body }))
    const ranged = await client.send(new GetObjectCommand({ Bucket, Key: 'k', Range: 'bytes=-1000' }))
    expect(ranged).toMatchObject({ ContentLength: 1000, ContentRange: 'bytes 999000-999999/1000000' })
    const received = Buffer.from((await ranged.Body?.transformToByteArray()) ?? [])
    expect(received.equals(body.subarray(-1000))).toBe(true)
  })

  it('carries awkward keys', async () => {
    const Bucket = await bucketNamed('js-keys')
    for (const Key of awkwardKeys) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }))
      await waitUntilObjectExists({ client, maxWaitTime: 10 }, { Bucket, Key })
      expect((await bytesOf(Bucket, Key)).toString()).toBe(Key)
      const CopySource = `${Bucket}/${encodeURIComponent(Key)}`
      await client.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource }))
      expect((await bytesOf(Bucket, 'copy')).toString()).toBe(Key)
    }
    const listed: (string | undefined)[] = []
    for await (const page of paginateListObjectsV2({ client, pageSize: 4 }, { Bucket })) {
      listed.push(...(page.Contents ?? []).map(({ Key }) => Key))
    }
    expect(listed).toEqual(sortedAsKeys([...awkwardKeys, 'copy']))
    const Objects = [...awkwardKeys, 'copy'].map((Key) => ({ Key }))
    const { Deleted, Errors } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
    expect([Deleted?.length, Errors?.length ?? 0]).toEqual([Objects.length, 0])
    expect(await listKeys(server, Bucket)).toEqual([])
  })

  it('presigns URLs that fetch can use', async () => {
    const Bucket = await bucketNamed('js-presign')
    const body = contentOf('presign', 200_000)
    const to = { Bucket, Key: 'with space & +plus' }
    const putUrl = await getSignedUrl(client, new PutObjectCommand(to), { expiresIn: 60 })
    const put = await fetch(putUrl, { method: 'PUT', body: new Uint8Array(body) })
    expect([put.status, await put.text()]).toEqual([200, ''])
    const get = await fetch(await getSignedUrl(client, new GetObjectCommand(to), { expiresIn: 60 }))
    expect(Buffer.from(await get.arrayBuffer()).equals(body)).toBe(true)
  })

  it('throws the typed error', async () => {
    const Bucket = await bucketNamed('js-errors')
    const get = client.send(new GetObjectCommand({ Bucket, Key: 'none' }))
    await expect(get).rejects.toBeInstanceOf(NoSuchKey)
  })
})
