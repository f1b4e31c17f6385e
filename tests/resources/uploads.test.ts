import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { runInNewContext } from 'node:vm'
import { crc32 } from 'node:zlib'
import type { S3Client } from '@aws-sdk/client-s3'
import { Bucket, type Progress, type RecordStore } from '@holdfast/resources'
import type { TestServer } from 'holdfast'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { contentOf } from '../support/content.ts'
import { s3Client } from '../support/s3-client.ts'
import { startTestServer } from '../support/server.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'
import { collect } from './collect.ts'
import { SentRequests } from './sent-requests.ts'
import { FRAGILE, startTamperingProxy } from './tampering-proxy.ts'

const KIBIBYTE = 1024
const small = { partSizeBytes: 64 * KIBIBYTE, thresholdBytes: 64 * KIBIBYTE, concurrency: 4 }
const big = contentOf('uploads', 300 * KIBIBYTE + 7)

let server: TestServer
let client: S3Client
let bucket: Bucket
let folder: TemporaryDirectory
let requests: SentRequests

beforeAll(async () => {
  server = await startTestServer({ minimumPartBytes: 1 })
  client = s3Client(server)
  requests = new SentRequests(client)
  bucket = new Bucket('uploads', client)
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

/** Several go at once, in any order. */
function partsSent(): number[] {
  const sent = requests.all.filter(({ operation }) => operation === 'UploadPart')
  return sent.map(({ partNumber = 0 }) => partNumber).sort((a, b) => a - b)
}

async function fileOf(content: Uint8Array): Promise<string> {
  const path = join(folder.path, 'source')
  await writeFile(path, content)
  return path
}

async function bytesOf(key: string): Promise<Buffer> {
  const { Body } = await bucket.Object(key).get()
  return Buffer.from((await Body?.transformToByteArray()) ?? [])
}

async function* chunksOf(content: Buffer, sizeBytes = 1000) {
  for (let at = 0; at < content.length; at += sizeBytes) yield content.subarray(at, at + sizeBytes)
}

/** Base64, as the service has it. */
function crc32Of(bytes: Uint8Array): string {
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(bytes))
  return sum.toString('base64')
}

describe('an upload', () => {
  it('of a small file is one request', async () => {
    const path = await fileOf(Buffer.from('small'))
    const answer = await bucket.uploadFile(path, 'small', { ContentType: 'text/plain', Metadata: { a: 'b' } })
    expect(answer.ETag).toBeTruthy()
    expect(requests.all.map(({ operation }) => operation)).toEqual(['PutObject'])
    const object = await bucket.Object('small').load()
    expect(object).toMatchObject({ contentLength: 5, contentType: 'text/plain', metadata: { a: 'b' } })
  })

  it('of nothing is an empty object', async () => {
    await bucket.uploadFile(await fileOf(Buffer.alloc(0)), 'empty')
    await bucket.uploadFileobj(Readable.from([]), 'empty stream')
    await bucket.uploadFile(new Blob(), 'empty', {}, { thresholdBytes: 0 })
    expect(await bytesOf('empty')).toHaveLength(0)
    expect(await bytesOf('empty stream')).toHaveLength(0)
  })

  it('of a big file goes in parts and tells how far it is', async () => {
    const progress: Progress[] = []
    await bucket.uploadFile(
      await fileOf(big),
      'big',
      { ContentType: 'text/plain' },
      { ...small, onProgress: (now) => progress.push(now) },
    )
    expect(requests.count('UploadPart')).toBe(5)
    expect(await bytesOf('big')).toEqual(big)
    expect(progress.map(({ transferredBytes }) => transferredBytes)).toEqual(
      progress.map(({ transferredBytes }) => transferredBytes).sort((a, b) => a - b),
    )
    expect(progress.at(-1)).toEqual({ transferredBytes: big.length, totalBytes: big.length })
    const object = await bucket.Object('big').load({ ChecksumMode: 'ENABLED' })
    expect(object).toMatchObject({ contentType: 'text/plain', eTag: expect.stringContaining('-5') as string })
    expect(object.checksumCrc32).toMatch(/-5$/)
  })

  it.each([
    ['bytes', () => new Uint8Array(big)],
    ['a Blob', () => new Blob([new Uint8Array(big)])],
    ["Node's stream", () => Readable.from(chunksOf(big))],
    ["the web's stream", () => ReadableStream.from(chunksOf(big))],
    ['an iterable', () => chunksOf(big)],
  ])('of %s', async (name, source) => {
    await bucket.uploadFileobj(source(), name, {}, small)
    expect(await bytesOf(name)).toEqual(big)
    expect(requests.count('UploadPart')).toBe(5)
  })

  it('of bytes of another realm', async () => {
    const bytes = runInNewContext('new Uint8Array([1, 2, 3, 4]).subarray(1, 3)') as Uint8Array
    await bucket.uploadFileobj(bytes, 'realm')
    expect([...(await bytesOf('realm'))]).toEqual([2, 3])
  })

  it.each([
    ['whole', {}],
    ['in parts', small],
  ] as const)('%s with a checksum of the whole object, which the service checks', async (name, options) => {
    const ChecksumCRC32 = crc32Of(big)
    await bucket.uploadFileobj(big, name, { ChecksumCRC32, MpuObjectSize: big.length }, options)
    const object = await bucket.Object(name).load({ ChecksumMode: 'ENABLED' })
    expect(object).toMatchObject({ checksumCrc32: ChecksumCRC32, checksumType: 'FULL_OBJECT' })
    const wrong = bucket.uploadFileobj(big, 'wrong', { ChecksumCRC32: 'AAAAAA==' }, options)
    await expect(wrong).rejects.toMatchObject({ name: 'BadDigest' })
    expect(await collect(bucket.multipartUploads)).toEqual([])
  })

  it('of a File', async () => {
    await bucket.uploadFile(new File([new Uint8Array(big)], 'big'), 'file', {}, small)
    expect(await bytesOf('file')).toEqual(big)
  })

  it('that is aborted rejects with the reason and leaves no upload', async () => {
    const controller = new AbortController()
    const uploading = bucket.uploadFile(
      await fileOf(big),
      'aborted',
      {},
      {
        ...small,
        concurrency: 1,
        abortSignal: controller.signal,
        onProgress: () => controller.abort(new Error('the user left')),
      },
    )
    await expect(uploading).rejects.toThrow('the user left')
    expect(await collect(bucket.multipartUploads)).toEqual([])
    expect(requests.count('AbortMultipartUpload')).toBe(1)
  })

  it.each(['CreateMultipartUpload', 'CompleteMultipartUpload', 'PutObject'])(
    'that is aborted in its %s rejects with the reason and leaves no upload',
    async (operation) => {
      const controller = new AbortController()
      const own = s3Client(server)
      own.middlewareStack.add(
        (next, context) => (args) => {
          if (context.commandName === `${operation}Command`)
            setImmediate(() => controller.abort(new Error('the user left')))
          return next(args)
        },
        { step: 'finalizeRequest', priority: 'low' },
      )
      const options = { ...(operation === 'PutObject' ? {} : small), abortSignal: controller.signal }
      const uploading = new Bucket(bucket.name, own).uploadFileobj(big, 'aborted', {}, options)
      await expect(uploading).rejects.toThrow('the user left')
      expect(controller.signal.aborted).toBe(true)
      // One that was just being created goes as soon as its id is known.
      await expect.poll(() => collect(bucket.multipartUploads)).toEqual([])
    },
  )

  it('of many parts at a time asks Node for no attention', async () => {
    const warnings: Error[] = []
    const tell = (warning: Error): void => void warnings.push(warning)
    process.on('warning', tell)
    const abortSignal = new AbortController().signal
    await bucket.uploadFileobj(
      big,
      'many',
      {},
      { partSizeBytes: 10_000, thresholdBytes: 1, concurrency: 30, abortSignal },
    )
    process.off('warning', tell)
    expect(warnings).toEqual([])
  })

  it.each([0, 200 * KIBIBYTE])('whose stream stalls after %i bytes can be aborted', async (sizeBytes) => {
    const controller = new AbortController()
    async function* stalling() {
      yield big.subarray(0, sizeBytes)
      setImmediate(() => controller.abort(new Error('the user left')))
      await new Promise(() => {})
    }
    const options = { ...small, abortSignal: controller.signal }
    await expect(bucket.uploadFileobj(stalling(), 'stalled', {}, options)).rejects.toThrow('the user left')
    expect(await collect(bucket.multipartUploads)).toEqual([])
  })

  it('whose stream fails leaves no upload', async () => {
    async function* broken() {
      yield big.subarray(0, 200 * KIBIBYTE)
      throw new Error('the source broke')
    }
    await expect(bucket.uploadFileobj(broken(), 'broken', {}, small)).rejects.toThrow('the source broke')
    expect(await collect(bucket.multipartUploads)).toEqual([])
  })

  it('of a file that is not there rejects', async () => {
    await expect(bucket.uploadFile(join(folder.path, 'none'), 'none')).rejects.toThrow('ENOENT')
  })

  it('catches a byte flipped on the way', async () => {
    await using proxy = await startTamperingProxy(server.port)
    const throughProxy = new Bucket(bucket.name, s3Client({ ...server, url: proxy.url }))
    const content = Buffer.from(big)
    FRAGILE.copy(content, 100 * KIBIBYTE)
    const codes = /SHA256|Digest|checksum/i
    await expect(throughProxy.uploadFileobj(FRAGILE, 'flipped')).rejects.toThrow(codes)
    await expect(throughProxy.uploadFileobj(content, 'flipped', {}, small)).rejects.toThrow(codes)
    await expect(bucket.Object('flipped').load()).rejects.toMatchObject({ name: 'NotFound' })
  })
})

describe('a resumable upload', () => {
  /** Fails in its third part. */
  async function failing(path: string, resume: string | RecordStore, key = 'resumed', input = {}) {
    let parts = 0
    const uploading = bucket.uploadFile(path, key, input, {
      ...small,
      concurrency: 1,
      resume,
      onProgress: () => {
        if (++parts === 3) throw new Error('killed')
      },
    })
    await expect(uploading).rejects.toThrow('killed')
    requests.forget()
  }

  it('goes on with the customer’s key, which the listing of its parts needs too', async () => {
    const path = await fileOf(big)
    const resume = join(folder.path, 'record')
    const key = { SSECustomerAlgorithm: 'AES256', SSECustomerKey: 'a key of thirty-two bytes: 45678' }
    await failing(path, resume, 'sealed', key)
    await bucket.uploadFile(path, 'sealed', key, { ...small, resume })
    expect(partsSent()).toEqual([4, 5])
    const { Body } = await bucket.Object('sealed').get(key)
    expect(Buffer.from((await Body?.transformToByteArray()) ?? [])).toEqual(big)
  })

  it('goes on where it failed, and removes its record', async () => {
    const path = await fileOf(big)
    const resume = join(folder.path, 'record')
    await failing(path, resume)
    const progress: number[] = []
    await bucket.uploadFile(
      path,
      'resumed',
      {},
      {
        ...small,
        resume,
        onProgress: ({ transferredBytes }) => progress.push(transferredBytes),
      },
    )
    expect(partsSent()).toEqual([4, 5])
    expect(progress[0]).toBe(64 * KIBIBYTE)
    expect(progress.at(-1)).toBe(big.length)
    expect(await bytesOf('resumed')).toEqual(big)
    await expect(stat(resume)).rejects.toThrow('ENOENT')
    expect(await collect(bucket.multipartUploads)).toEqual([])
  })

  it('sends a part again whose line was cut off', async () => {
    const path = await fileOf(big)
    const resume = join(folder.path, 'record')
    await failing(path, resume)
    const record = await readFile(resume, 'utf8')
    await writeFile(resume, record.slice(0, -10))
    await bucket.uploadFile(path, 'resumed', {}, { ...small, concurrency: 1, resume })
    expect(partsSent()).toEqual([3, 4, 5])
    expect(await bytesOf('resumed')).toEqual(big)
  })

  it('goes on once more behind a line that was cut off', async () => {
    const path = await fileOf(big)
    const resume = join(folder.path, 'record')
    await failing(path, resume)
    await writeFile(resume, (await readFile(resume, 'utf8')).slice(0, -10))
    await failing(path, resume)
    await bucket.uploadFile(path, 'resumed', {}, { ...small, concurrency: 1, resume })
    expect(partsSent()).toEqual([4, 5])
    expect(await bytesOf('resumed')).toEqual(big)
  })

  it('starts anew where the file, the place or the part size is another', async () => {
    const path = await fileOf(big)
    const resume = join(folder.path, 'record')
    for (const [key, partSizeBytes, content] of [
      ['elsewhere', 64, big],
      ['resumed', 32, big],
      ['resumed', 64, contentOf('other', big.length + 1)],
    ] as const) {
      await writeFile(path, big)
      await failing(path, resume)
      await writeFile(path, content)
      await bucket.uploadFile(path, key, {}, { ...small, partSizeBytes: partSizeBytes * KIBIBYTE, resume })
      expect(requests.count('CreateMultipartUpload')).toBe(1)
      expect(await bytesOf(key)).toEqual(Buffer.from(content))
    }
    // What nobody can go on with was given up.
    expect(await collect(bucket.multipartUploads)).toEqual([])
  })

  it('starts anew where it is given other parameters', async () => {
    const path = await fileOf(big)
    const resume = join(folder.path, 'record')
    await failing(path, resume)
    const input = { ContentType: 'text/plain', ChecksumAlgorithm: 'SHA256' } as const
    await bucket.uploadFile(path, 'resumed', input, { ...small, resume })
    expect(requests.count('UploadPart')).toBe(5)
    expect(await bucket.Object('resumed').load()).toMatchObject({ contentType: 'text/plain' })
    expect(await collect(bucket.multipartUploads)).toEqual([])
  })

  it.each(['a cat', '{"a":"table"}\n'])('leaves a file that is no record as it is: %j', async (content) => {
    const path = await fileOf(big)
    const resume = join(folder.path, 'dear')
    await writeFile(resume, content)
    const uploading = bucket.uploadFile(path, 'resumed', {}, { ...small, resume })
    await expect(uploading).rejects.toThrow('no record of an upload')
    expect(await readFile(resume, 'utf8')).toBe(content)
    await expect(bucket.uploadFile(path, 'resumed', {}, { ...small, resume: path })).rejects.toThrow(
      'no record',
    )
    expect(await readFile(path)).toEqual(big)
  })

  it('starts anew where the service has forgotten the upload', async () => {
    const path = await fileOf(big)
    const resume = join(folder.path, 'record')
    await failing(path, resume)
    for await (const upload of bucket.multipartUploads) await upload.abort()
    await bucket.uploadFile(path, 'resumed', {}, { ...small, resume })
    expect(requests.count('UploadPart')).toBe(5)
    expect(await bytesOf('resumed')).toEqual(big)
  })

  it('keeps its record wherever it is told to', async () => {
    let kept: string | undefined
    const store: RecordStore = {
      read: async () => kept,
      append: async (text) => void (kept = (kept ?? '') + text),
      remove: async () => void (kept = undefined),
    }
    const path = await fileOf(big)
    await failing(path, store)
    expect(kept?.split('\n')).toHaveLength(5)
    await bucket.uploadFile(path, 'resumed', {}, { ...small, resume: store })
    expect(requests.count('UploadPart')).toBe(2)
    expect(kept).toBeUndefined()
  })
})
