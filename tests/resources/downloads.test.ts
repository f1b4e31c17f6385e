import { execFileSync } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { ChecksumAlgorithm, ChecksumType, S3Client } from '@aws-sdk/client-s3'
import { Bucket, ChecksumMismatchError, type Progress } from '@holdfast/resources'
import type { TestServer } from 'holdfast'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { contentOf } from '../support/content.ts'
import { s3Client } from '../support/s3-client.ts'
import { startTestServer } from '../support/server.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'
import { serviceError } from './recording-client.ts'
import { SentRequests } from './sent-requests.ts'
import { FRAGILE, startTamperingProxy } from './tampering-proxy.ts'

const KIBIBYTE = 1024
const small = { partSizeBytes: 64 * KIBIBYTE, thresholdBytes: 64 * KIBIBYTE, concurrency: 4 }
const big = contentOf('downloads', 300 * KIBIBYTE + 7)

let server: TestServer
let client: S3Client
let bucket: Bucket
let folder: TemporaryDirectory
let requests: SentRequests

beforeAll(async () => {
  server = await startTestServer({ minimumPartBytes: 1 })
  client = s3Client(server)
  requests = new SentRequests(client)
  bucket = new Bucket('downloads', client)
  await bucket.create()
  return async () => {
    client.destroy()
    await server[Symbol.asyncDispose]()
  }
})
beforeEach(async () => {
  folder = await temporaryDirectory()
  requests.forget()
})
afterEach(() => folder[Symbol.asyncDispose]())

describe('a download', () => {
  it('goes in ranges, in order, and tells how far it is', async () => {
    await bucket.uploadFileobj(big, 'down', {}, small)
    requests.forget()
    const progress: Progress[] = []
    const path = join(folder.path, 'down')
    const { head, verified } = await bucket.downloadFile(
      'down',
      path,
      {},
      { ...small, onProgress: (now) => progress.push(now) },
    )
    expect(await readFile(path)).toEqual(big)
    expect(verified).toBe('CRC32')
    expect(head.ContentLength).toBe(big.length)
    expect(requests.count('GetObject')).toBe(5)
    expect(progress).toHaveLength(5)
    expect(progress.at(-1)).toEqual({ transferredBytes: big.length, totalBytes: big.length })
  })

  it('of an empty object', async () => {
    await bucket.Object('nothing').put({ Body: new Uint8Array() })
    await bucket.downloadFile('nothing', join(folder.path, 'nothing'))
    expect(await readFile(join(folder.path, 'nothing'))).toHaveLength(0)
  })

  it.each([
    ['CRC32', 'COMPOSITE'],
    ['CRC32', 'FULL_OBJECT'],
    ['CRC32C', 'COMPOSITE'],
    ['CRC32C', 'FULL_OBJECT'],
    ['CRC64NVME', 'FULL_OBJECT'],
    ['SHA1', 'COMPOSITE'],
    ['SHA256', 'COMPOSITE'],
  ] satisfies [ChecksumAlgorithm, ChecksumType][])(
    'verifies %s, %s',
    async (ChecksumAlgorithm, ChecksumType) => {
      const key = `${ChecksumAlgorithm} ${ChecksumType}`
      await bucket.uploadFileobj(big, key, { ChecksumAlgorithm, ChecksumType }, small)
      const path = join(folder.path, 'down')
      const { verified } = await bucket.downloadFile(key, path, {}, { ...small, partSizeBytes: 50_000 })
      expect(verified).toBe(ChecksumAlgorithm)
      expect(await readFile(path)).toEqual(big)
    },
  )

  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
    'verifies %s of one part',
    async (ChecksumAlgorithm) => {
      await bucket.Object('single').put({ Body: big, ChecksumAlgorithm })
      const { verified } = await bucket.downloadFile('single', join(folder.path, 'single'), {}, small)
      expect(verified).toBe(ChecksumAlgorithm)
    },
  )

  it('verifies parts of different sizes', async () => {
    const object = bucket.Object('uneven')
    const upload = await object.initiateMultipartUpload({ ChecksumAlgorithm: 'CRC32' })
    const cuts = [0, 5, 1000, 1001, big.length]
    const Parts = await Promise.all(
      cuts.slice(1).map(async (end, index) => {
        const PartNumber = index + 1
        const Body = big.subarray(cuts[index], end)
        const { ETag, ChecksumCRC32 } = await upload
          .Part(PartNumber)
          .upload({ Body, ChecksumAlgorithm: 'CRC32' })
        return { PartNumber, ETag, ChecksumCRC32 }
      }),
    )
    await upload.complete({ MultipartUpload: { Parts } })
    const { verified } = await object.downloadFile(join(folder.path, 'uneven'), {}, small)
    expect(verified).toBe('CRC32')
  })

  it('verifies parts that have to be asked for one by one', async () => {
    await bucket.uploadFileobj(big, 'asked', {}, small)
    const restricted = s3Client(server)
    restricted.middlewareStack.add(
      (next, context) => (args) =>
        context.commandName === 'GetObjectAttributesCommand'
          ? Promise.reject(serviceError('AccessDenied', 403))
          : next(args),
      { step: 'initialize' },
    )
    const target = join(folder.path, 'asked')
    const { verified } = await new Bucket(bucket.name, restricted).downloadFile('asked', target, {}, small)
    expect(verified).toBe('CRC32')
    expect(await readFile(target)).toEqual(big)
  })

  it("into Node's and the web's streams, which stay open", async () => {
    await bucket.uploadFileobj(big, 'down', {}, small)
    const node = new PassThrough({ highWaterMark: 10 })
    const reading = buffer(node)
    await bucket.downloadFileobj('down', node, {}, small)
    node.end(' and more')
    expect(await reading).toEqual(Buffer.concat([big, Buffer.from(' and more')]))

    const web = new TransformStream<Uint8Array, Uint8Array>()
    const collecting = buffer(web.readable)
    await bucket.downloadFileobj('down', web.writable, {}, small)
    await web.writable.close()
    expect(await collecting).toEqual(big)
  })

  it('catches a byte flipped on the way, and leaves the file that was there', async () => {
    await using proxy = await startTamperingProxy(server.port)
    const throughProxy = new Bucket(bucket.name, s3Client({ ...server, url: proxy.url }))
    const content = Buffer.from(big)
    FRAGILE.copy(content, 100 * KIBIBYTE)
    await bucket.uploadFileobj(content, 'fragile', {}, small)
    const path = join(folder.path, 'fragile')
    await writeFile(path, 'before')
    await expect(throughProxy.downloadFile('fragile', path, {}, small)).rejects.toThrow(ChecksumMismatchError)
    expect(await readFile(path, 'utf8')).toBe('before')
    expect(await readdir(folder.path)).toEqual(['fragile'])
  })

  it('notices that the object was replaced meanwhile', async () => {
    await bucket.uploadFileobj(big, 'replaced', {}, small)
    let replaced: Promise<unknown> | undefined
    const downloading = bucket.downloadFile(
      'replaced',
      join(folder.path, 'replaced'),
      {},
      {
        ...small,
        concurrency: 1,
        onProgress: () => {
          replaced ??= bucket.Object('replaced').put({ Body: contentOf('new', big.length) })
        },
      },
    )
    await expect(downloading).rejects.toMatchObject({ name: 'PreconditionFailed' })
    await replaced
    expect(await readdir(folder.path)).toEqual([])
  })

  it('that is aborted rejects with the reason and leaves no file', async () => {
    await bucket.uploadFileobj(big, 'down', {}, small)
    const controller = new AbortController()
    const downloading = bucket.downloadFile(
      'down',
      join(folder.path, 'down'),
      {},
      {
        ...small,
        abortSignal: controller.signal,
        onProgress: () => controller.abort(new Error('the user left')),
      },
    )
    await expect(downloading).rejects.toThrow('the user left')
    expect(await readdir(folder.path)).toEqual([])
  })

  it('into a stream that stalls can be aborted', async () => {
    await bucket.uploadFileobj(big, 'down', {}, small)
    const controller = new AbortController()
    const stalled = { write: () => setImmediate(() => controller.abort(new Error('the user left'))) }
    const options = { ...small, abortSignal: controller.signal }
    await expect(bucket.downloadFileobj('down', stalled, {}, options)).rejects.toThrow('the user left')
  })

  it('takes what boto3 takes', async () => {
    const key = { SSECustomerAlgorithm: 'AES256', SSECustomerKey: 'a key of thirty-two bytes: 45678' }
    await bucket.uploadFileobj(big, 'sealed', key, small)
    const path = join(folder.path, 'sealed')
    await bucket.downloadFile(
      'sealed',
      path,
      { ...key, ChecksumMode: 'ENABLED', RequestPayer: 'requester' },
      small,
    )
    expect(await readFile(path)).toEqual(big)
  })

  it.each(['x'.repeat(255), 'ä'.repeat(127)])('into a file of the longest name: %s', async (name) => {
    await bucket.Object('down').put({ Body: 'content' })
    await bucket.downloadFile('down', join(folder.path, name))
    expect(await readdir(folder.path)).toEqual([name])
  })

  it('into a pipe, which stays what it is', async () => {
    await bucket.uploadFileobj(big, 'down', {}, small)
    const pipe = join(folder.path, 'pipe')
    execFileSync('mkfifo', [pipe])
    const [content] = await Promise.all([readFile(pipe), bucket.downloadFile('down', pipe, {}, small)])
    expect(content).toEqual(big)
    expect((await stat(pipe)).isFIFO()).toBe(true)
    expect(await readdir(folder.path)).toEqual(['pipe'])
  })

  it('into a stream that fails rejects with its error', async () => {
    await bucket.uploadFileobj(big, 'down', {}, small)
    const target = createWriteStream(join(folder.path, 'none', 'down'))
    await expect(bucket.downloadFileobj('down', target, {}, small)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('of what is not there makes no file', async () => {
    await expect(bucket.downloadFile('none', join(folder.path, 'none'))).rejects.toMatchObject({
      name: 'NotFound',
    })
    expect(await readdir(folder.path)).toEqual([])
  })
})
