import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { copyFile, open, readFile, truncate, writeFile } from 'node:fs/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { type BlobFile, blobFiles, sealedSize } from '../../support/blob-files.ts'
import { contentOf } from '../../support/content.ts'
import { presignedUrl } from '../../support/raw-request.ts'
import { objectPath } from '../../support/signature-v4.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { TamperingStore } from './tampering-store.ts'
import { EncryptionRoom, MODES } from './encryption-room.ts'

const SIZE_BYTES = 200_001
const CHUNK_BYTES = 65_536
const SEALED_CHUNK_BYTES = CHUNK_BYTES + 16
const INLINE_BYTES = 500

let room: EncryptionRoom
let bucket: string
let dataDirectory: string
const store = new TamperingStore()
beforeAll(async () => {
  const folder = await temporaryDirectory()
  dataDirectory = folder.path
  room = await EncryptionRoom.open({ dataDirectory, wrapMetadata: (inner) => store.around(inner) })
  bucket = await room.access.bucket()
  return async () => {
    await room[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  }
})

interface Read {
  readonly status: number
  readonly isWhole: boolean
  /** What came before the answer ended or was cut. */
  readonly body: Buffer
}

async function read(key: string, range?: string): Promise<Read> {
  const url = presignedUrl(room.access.server, { path: objectPath(bucket, key) })
  const request = get(url, { agent: false, headers: range === undefined ? {} : { range } })
  const [answer] = (await once(request, 'response')) as [IncomingMessage]
  const chunks: Buffer[] = []
  answer.on('data', (chunk: Buffer) => chunks.push(chunk))
  await new Promise((resolve) => answer.on('close', resolve).on('error', resolve))
  return { status: answer.statusCode ?? 0, isWhole: answer.complete, body: Buffer.concat(chunks) }
}

/** An error, or the beginning of what was written and then a cut connection. */
async function expectNoWrongByte(key: string, content: Buffer, range?: string): Promise<void> {
  const { status, isWhole, body } = await read(key, range)
  if (status === 500) return
  expect([status, isWhole]).toEqual([range === undefined ? 200 : 206, false])
  expect(body.length).toBeLessThan(content.length)
  expect(body.equals(content.subarray(0, body.length))).toBe(true)
}

/** The files that come of a write. */
async function filesOf(write: () => Promise<unknown>): Promise<BlobFile[]> {
  const before = new Set((await blobFiles(dataDirectory)).map(({ path }) => path))
  await write()
  return (await blobFiles(dataDirectory)).filter(({ path }) => !before.has(path))
}

/** Stores an object in one file of its own; returns the file. */
async function putBlob(key: string, content: Buffer): Promise<string> {
  const [file] = await filesOf(() => room.put(bucket, key, content))
  expect(file?.sizeBytes).toBe(sealedSize(content.length))
  return file?.path ?? ''
}

async function flip(path: string, offset: number): Promise<void> {
  await using file = await open(path, 'r+')
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, offset)
  await file.write(Buffer.of((buffer[0] ?? 0) ^ 1), 0, 1, offset)
}

describe('a file', () => {
  const content = contentOf('file', SIZE_BYTES)

  it('with a flipped bit anywhere in it gives no wrong byte', async () => {
    const path = await putBlob('flipped', content)
    const size = sealedSize(SIZE_BYTES)
    const offsets: number[] = []
    for (let start = 0; start < size; start += SEALED_CHUNK_BYTES) {
      const end = Math.min(start + SEALED_CHUNK_BYTES, size)
      // First, middle and last of the ciphertext; first and last of the tag.
      offsets.push(start, (start + end) >> 1, end - 17, end - 16, end - 1)
    }
    for (const offset of offsets) {
      await flip(path, offset)
      await expectNoWrongByte('flipped', content)
      const first = Math.floor(offset / SEALED_CHUNK_BYTES) * CHUNK_BYTES
      await expectNoWrongByte('flipped', content.subarray(first, first + 1), `bytes=${first}-${first}`)
      await flip(path, offset)
    }
    expect((await read('flipped')).body.equals(content)).toBe(true)
  })

  it('is read where it is whole: ranges beside the damage', async () => {
    const path = await putBlob('beside', content)
    await flip(path, SEALED_CHUNK_BYTES + 100)
    const range = await read('beside', `bytes=${2 * CHUNK_BYTES}-`)
    expect([range.status, range.isWhole]).toEqual([206, true])
    expect(range.body.equals(content.subarray(2 * CHUNK_BYTES))).toBe(true)
    await expectNoWrongByte('beside', content.subarray(CHUNK_BYTES - 1), `bytes=${CHUNK_BYTES - 1}-`)
  })

  it.each([1, 16, 17, SEALED_CHUNK_BYTES, SEALED_CHUNK_BYTES * 2])('cut by %i bytes', async (cutBytes) => {
    const path = await putBlob('cut', content)
    await truncate(path, sealedSize(SIZE_BYTES) - cutBytes)
    await expectNoWrongByte('cut', content)
  })

  it('whose chunks have changed places', async () => {
    const path = await putBlob('reordered', content)
    const sealed = await readFile(path)
    const [one, two] = [sealed.subarray(0, SEALED_CHUNK_BYTES), sealed.subarray(SEALED_CHUNK_BYTES)]
    const second = two.subarray(0, SEALED_CHUNK_BYTES)
    await writeFile(path, Buffer.concat([second, one, two.subarray(SEALED_CHUNK_BYTES)]))
    await expectNoWrongByte('reordered', content)
    await writeFile(path, Buffer.concat([one, one, two.subarray(SEALED_CHUNK_BYTES)]))
    await expectNoWrongByte('reordered', content)
  })

  it('in the place of another of the same size', async () => {
    const theirs = await putBlob('theirs', contentOf('theirs', SIZE_BYTES))
    const ours = await putBlob('ours', content)
    await copyFile(theirs, ours)
    await expectNoWrongByte('ours', content)
  })
})

describe.each(['AES256', 'aws:kms', 'aws:kms, with a bucket key', 'aws:kms:dsse'] as const)(
  'files with %s',
  (name) => {
    const content = contentOf(name, SIZE_BYTES)
    const write = {
      'in one piece': () => room.put(bucket, 'flipped', content, room.mode(name).write),
      'in parts': () => {
        const halves = [content.subarray(0, 100_000), content.subarray(100_000)]
        return room.putParts(bucket, 'flipped', halves, room.mode(name))
      },
    }

    it.each(['in one piece', 'in parts'] as const)(
      '%s give no wrong byte',
      { timeout: 30_000 },
      async (how) => {
        const files = await filesOf(write[how])
        expect(files).toHaveLength(how === 'in parts' ? 2 : 1)
        for (const { path, sizeBytes } of files) {
          // Every region of every layer: a step that meets ciphertext and tags, and both ends.
          const steps = Array.from({ length: 12 }, (_, step) => Math.floor((step * sizeBytes) / 12))
          for (const offset of [
            ...steps,
            SEALED_CHUNK_BYTES - 1,
            sizeBytes - 33,
            sizeBytes - 17,
            sizeBytes - 1,
          ]) {
            await flip(path, offset)
            await expectNoWrongByte('flipped', content)
            await flip(path, offset)
          }
        }
        expect((await read('flipped')).body.equals(content)).toBe(true)
      },
    )
  },
)

describe.each(MODES)('inline bytes: %s', (name) => {
  it('with a flipped bit anywhere give an error', { timeout: 30_000 }, async () => {
    const mode = room.mode(name)
    const content = contentOf('inline', INLINE_BYTES)
    await room.put(bucket, 'inline', content, mode.write)
    const layers = mode.shown['x-amz-server-side-encryption'] === 'aws:kms:dsse' ? 2 : 1
    const sealedBytes = INLINE_BYTES + 16 * layers
    const offsets = [
      0,
      1,
      250,
      INLINE_BYTES - 1,
      INLINE_BYTES,
      sealedBytes - 17,
      sealedBytes - 16,
      sealedBytes - 1,
    ]
    for (const fromEnd of offsets.map((offset) => sealedBytes - offset)) {
      store.flips = { sealedBytes, fromEnd }
      const answer = await room.get(bucket, 'inline', mode.read)
      expect([fromEnd, answer.status, answer.errorCode]).toEqual([fromEnd, 500, 'InternalError'])
    }
    store.flips = undefined
    expect((await room.get(bucket, 'inline', mode.read)).body.equals(content)).toBe(true)
  })
})

it('inline bytes of one object are not those of another', async () => {
  await room.put(bucket, 'a', contentOf('a', INLINE_BYTES))
  await room.put(bucket, 'b', contentOf('b', INLINE_BYTES))
  store.replaysBytes = INLINE_BYTES + 16
  expect((await room.get(bucket, 'a')).body.equals(contentOf('a', INLINE_BYTES))).toBe(true)
  const answer = await room.get(bucket, 'b')
  expect([answer.status, answer.errorCode]).toEqual([500, 'InternalError'])
  store.replaysBytes = undefined
  expect((await room.get(bucket, 'b')).body.equals(contentOf('b', INLINE_BYTES))).toBe(true)
})
