import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { StorageFault } from '../../base/storage-fault.ts'
import type { BlobId, BlobStore } from '../blob-store.ts'

const KIB = 1024
const MIB = 1024 * KIB
const SIZES = [0, 1, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1, 512 * KIB, MIB - 1, MIB, MIB + 1, 5 * MIB + 3]

/** What every engine of the seam must do; `open` gives a new, empty store each time. */
export function runBlobStoreSuite(name: string, open: () => Promise<BlobStore>): void {
  const opened: BlobStore[] = []
  const openStore = async (): Promise<BlobStore> => {
    const store = await open()
    opened.push(store)
    return store
  }
  afterEach(async () => {
    for (const store of opened.splice(0)) await store[Symbol.asyncDispose]()
  })

  describe(`${name}: round trips`, () => {
    test.each(SIZES)('%i bytes come back as they went in', async (size) => {
      const store = await openStore()
      const bytes = pattern(size)
      const written = await store.write(inChunks(bytes, [64 * KIB]), never)
      expect(written.sizeBytes).toBe(size)
      expect(same(await readAll(store, written.id, 0, size), bytes)).toBe(true)
    })

    test('any chunking, empty chunks too', async () => {
      const store = await openStore()
      const chunkings = fc.array(fc.nat({ max: 300 * KIB }), { minLength: 1, maxLength: 12 })
      await fc.assert(
        fc.asyncProperty(fc.nat({ max: 3 * MIB }), chunkings, async (size, lengths) => {
          // No more than some thousand chunks, however short they are.
          const bytes = pattern(Math.min(size, 500 * lengths.reduce((sum, length) => sum + length, 1)))
          const { id, sizeBytes } = await store.write(inChunks(bytes, lengths), never)
          expect(sizeBytes).toBe(bytes.length)
          expect(same(await readAll(store, id, 0, bytes.length), bytes)).toBe(true)
        }),
        { numRuns: 15 },
      )
    })

    test('thousands of tiny chunks', async () => {
      const store = await openStore()
      const bytes = pattern(5000)
      const { id } = await store.write(inChunks(bytes, [1]), never)
      expect(same(await readAll(store, id, 0, 5000), bytes)).toBe(true)
    })

    test('fifty at once', async () => {
      const store = await openStore()
      const blobs = Array.from({ length: 50 }, (_, index) => pattern(index * 3001, index))
      const written = await Promise.all(blobs.map((bytes) => store.write(inChunks(bytes, [10_000]), never)))
      expect(new Set(written.map(({ id }) => id)).size).toBe(50)
      for (const [index, { id }] of written.entries()) {
        expect(same(await readAll(store, id, 0, index * 3001), blobs[index])).toBe(true)
      }
      expect(await listed(store)).toEqual(written.map(({ id }) => id).toSorted())
    })

    test('from one blob into another', async () => {
      const store = await openStore()
      const bytes = pattern(2 * MIB + 5)
      const first = await store.write(inChunks(bytes, [100_000]), never)
      const lent = store.read(first.id, { start: 0, end: bytes.length }, never)
      const second = await store.write(ownedChunks(lent), never)
      await store.remove(first.id)
      expect(same(await readAll(store, second.id, 0, bytes.length), bytes)).toBe(true)
    })

    test('an id is short and fit for a URL', async () => {
      const store = await openStore()
      const { id } = await store.write(inChunks(pattern(3), [3]), never)
      expect(id).toMatch(/^[\w-]{8,64}$/)
    })
  })

  describe(`${name}: quarantine`, () => {
    test('what is set aside is found there alone, until it is put back or removed', async () => {
      const store = await openStore()
      const bytes = pattern(1000)
      const ids: BlobId[] = []
      for (let blob = 0; blob < 3; blob++) ids.push((await store.write(inChunks(bytes, [100]), never)).id)
      const [first = '', second = '', kept = ''] = ids
      for (const id of [first, second, second, 'none']) await store.quarantine.add(id)
      expect(await listed(store)).toEqual([kept])
      expect(await quarantined(store)).toEqual([first, second].toSorted())
      await expect(readAll(store, first, 0, 1000)).rejects.toMatchObject({ kind: 'corrupt' })
      expect(await store.quarantine.restore(first)).toBe(true)
      expect(await store.quarantine.restore(first)).toBe(false)
      for (const id of [second, second, 'none']) await store.quarantine.remove(id)
      expect(await quarantined(store)).toEqual([])
      expect(await listed(store)).toEqual([first, kept].toSorted())
      expect(same(await readAll(store, first, 0, 1000), bytes)).toBe(true)
      expect(await store.awayPlaces()).toEqual([])
    })
  })

  describe(`${name}: putting back`, () => {
    test('a blob has its size, and what is lost or damaged can be put back under its id', async () => {
      const store = await openStore()
      const bytes = pattern(70_000)
      const { id } = await store.write(inChunks(pattern(69_000, 1), [64 * KIB]), never)
      expect(await store.sizeOf(id)).toBe(69_000)
      await store.replace(id, inChunks(bytes, [1000]), never)
      expect(await store.sizeOf(id)).toBe(70_000)
      expect(same(await readAll(store, id, 0, 70_000), bytes)).toBe(true)
      await store.remove(id)
      await expect(store.sizeOf(id)).rejects.toMatchObject({ kind: 'corrupt' })
      await store.replace(id, inChunks(bytes, [64 * KIB]), never)
      expect(same(await readAll(store, id, 0, 70_000), bytes)).toBe(true)
      expect(await listed(store)).toEqual([id])
    })

    test('two who put the same blob back at once leave it whole', async () => {
      const store = await openStore()
      const bytes = pattern(300_000)
      const { id } = await store.write(inChunks(pattern(3, 1), [3]), never)
      const both = [1000, 70_000].map((chunkBytes) => store.replace(id, inChunks(bytes, [chunkBytes]), never))
      await Promise.all(both)
      expect(same(await readAll(store, id, 0, 300_000), bytes)).toBe(true)
    })

    test('bytes that cannot be had to their end replace nothing', async () => {
      const store = await openStore()
      const bytes = pattern(3000)
      const { id } = await store.write(inChunks(bytes, [1000]), never)
      const failing = async function* (): AsyncGenerator<Uint8Array> {
        yield pattern(1000, 2)
        throw new Error('no more')
      }
      await expect(store.replace(id, failing(), never)).rejects.toThrow('no more')
      expect(same(await readAll(store, id, 0, 3000), bytes)).toBe(true)
    })
  })

  describe(`${name}: ranges`, () => {
    test('every range of a small blob', async () => {
      const store = await openStore()
      const bytes = pattern(12)
      const { id } = await store.write(inChunks(bytes, [5]), never)
      for (let start = 0; start <= 12; start++) {
        for (let end = start; end <= 12; end++) {
          expect(same(await readAll(store, id, start, end), bytes.subarray(start, end))).toBe(true)
        }
      }
    })

    test('any range of a large blob, and around the sizes of buffers', async () => {
      const store = await openStore()
      const size = 3 * MIB + 7
      const bytes = pattern(size)
      const { id } = await store.write(inChunks(bytes, [64 * KIB]), never)
      const edges = [0, 1, 64 * KIB, 512 * KIB, MIB, 2 * MIB, 3 * MIB, size].flatMap((edge) =>
        [edge - 1, edge, edge + 1].filter((offset) => offset >= 0 && offset <= size),
      )
      const offset = fc.oneof(fc.constantFrom(...edges), fc.nat({ max: size }))
      await fc.assert(
        fc.asyncProperty(offset, offset, async (one, two) => {
          const [start, end] = [Math.min(one, two), Math.max(one, two)]
          expect(same(await readAll(store, id, start, end), bytes.subarray(start, end))).toBe(true)
        }),
        { numRuns: 40 },
      )
    })

    test.each([
      [0, 11],
      [10, 11],
      [11, 11],
      [5, 2 * MIB],
    ])('%i to %i is beyond the end: corrupt, and no byte before it', async (start, end) => {
      const store = await openStore()
      const { id } = await store.write(inChunks(pattern(10), [10]), never)
      const chunks = store.read(id, { start, end }, never)[Symbol.asyncIterator]()
      await expect(chunks.next()).rejects.toMatchObject({ name: 'StorageFault', kind: 'corrupt' })
    })
  })

  describe(`${name}: reads that end early`, () => {
    test('the consumer leaves, the blob stays', async () => {
      const store = await openStore()
      const bytes = pattern(3 * MIB)
      const { id } = await store.write(inChunks(bytes, [MIB]), never)
      for (let round = 0; round < 10; round++) {
        for await (const chunk of store.read(id, { start: 0, end: 3 * MIB }, never)) {
          expect(chunk.length).toBeGreaterThan(0)
          break
        }
      }
      expect(same(await readAll(store, id, 0, 3 * MIB), bytes)).toBe(true)
    })

    test('an abort ends it with the reason', async () => {
      const store = await openStore()
      const { id } = await store.write(inChunks(pattern(3 * MIB), [MIB]), never)
      const controller = new AbortController()
      const reading = (async () => {
        for await (const chunk of store.read(id, { start: 0, end: 3 * MIB }, controller.signal)) {
          if (chunk.length > 0) controller.abort(new Error('enough'))
        }
      })()
      await expect(reading).rejects.toThrow('enough')
    })

    test('aborted before it begins', async () => {
      const store = await openStore()
      const { id } = await store.write(inChunks(pattern(10), [10]), never)
      const chunks = store.read(id, { start: 0, end: 10 }, AbortSignal.abort(new Error('no')))
      await expect(chunks[Symbol.asyncIterator]().next()).rejects.toThrow('no')
    })

    test('a lent chunk stays as it is until the next is asked for', async () => {
      const store = await openStore()
      const bytes = pattern(3 * MIB)
      const { id } = await store.write(inChunks(bytes, [MIB]), never)
      const other = await store.write(inChunks(pattern(3 * MIB, 5), [MIB]), never)
      let position = 0
      for await (const chunk of store.read(id, { start: 0, end: bytes.length }, never)) {
        // Time for an engine that reads ahead to do harm.
        await readAll(store, other.id, 0, 600 * KIB)
        expect(same(chunk, bytes.subarray(position, position + chunk.length))).toBe(true)
        position += chunk.length
      }
      expect(position).toBe(bytes.length)
    })

    test('many readers of one blob do not disturb each other', async () => {
      const store = await openStore()
      const bytes = pattern(2 * MIB + 9)
      const { id } = await store.write(inChunks(bytes, [MIB]), never)
      const ranges = Array.from({ length: 20 }, (_, index) => index * 50_001)
      const read = await Promise.all(ranges.map((start) => readAll(store, id, start, bytes.length)))
      for (const [index, start] of ranges.entries())
        expect(same(read[index], bytes.subarray(start))).toBe(true)
    })
  })

  describe(`${name}: writes that fail`, () => {
    test("the source's own error passes through and leaves nothing", async () => {
      const store = await openStore()
      const failure = new Error('the client went away')
      await expect(store.write(failingAfter(3 * MIB, failure), never)).rejects.toBe(failure)
      expect(await listed(store)).toEqual([])
    })

    test('an abort in the middle leaves nothing, and ends the source', async () => {
      const store = await openStore()
      const controller = new AbortController()
      const reason = new Error('stop')
      let ended = false
      async function* source(): AsyncGenerator<Uint8Array> {
        try {
          for (let index = 0; ; index++) {
            yield pattern(300 * KIB)
            if (index === 7) controller.abort(reason)
          }
        } finally {
          ended = true
        }
      }
      await expect(store.write(source(), controller.signal)).rejects.toBe(reason)
      expect(ended).toBe(true)
      expect(await listed(store)).toEqual([])
    })

    test('an abort does not wait for a silent source', async () => {
      const store = await openStore()
      const controller = new AbortController()
      const reason = new Error('stalled')
      async function* silent(): AsyncGenerator<Uint8Array> {
        yield pattern(10)
        queueMicrotask(() => controller.abort(reason))
        await new Promise(() => {})
      }
      await expect(store.write(silent(), controller.signal)).rejects.toBe(reason)
      expect(await listed(store)).toEqual([])
    })

    test('aborted before it begins: the source is not touched', async () => {
      const store = await openStore()
      let touched = false
      async function* source(): AsyncGenerator<Uint8Array> {
        touched = true
        yield pattern(1)
      }
      const aborted = AbortSignal.abort(new Error('no'))
      await expect(store.write(source(), aborted)).rejects.toThrow('no')
      expect(touched).toBe(false)
      expect(await listed(store)).toEqual([])
    })

    test('a blob under way is not listed', async () => {
      const store = await openStore()
      async function* source(): AsyncGenerator<Uint8Array> {
        yield pattern(2 * MIB)
        expect(await listed(store)).toEqual([])
        yield pattern(1)
      }
      const { id } = await store.write(source(), never)
      expect(await listed(store)).toEqual([id])
    })
  })

  describe(`${name}: removal`, () => {
    test('a removed blob is gone, and may be removed again', async () => {
      const store = await openStore()
      const kept = await store.write(inChunks(pattern(10), [10]), never)
      const gone = await store.write(inChunks(pattern(10), [10]), never)
      await store.remove(gone.id)
      await store.remove(gone.id)
      expect(await listed(store)).toEqual([kept.id])
      await expect(readAll(store, gone.id, 0, 10)).rejects.toMatchObject({ kind: 'corrupt' })
      await expect(readAll(store, gone.id, 0, 0)).rejects.toMatchObject({ kind: 'corrupt' })
    })

    test.each(['', 'nothing', '../../etc/passwd', 'ab/../ab', '\0', 'f'.repeat(32)])(
      'id %j of no blob: read is corrupt, remove does nothing',
      async (id) => {
        const store = await openStore()
        await expect(readAll(store, id, 0, 1)).rejects.toMatchObject({ kind: 'corrupt' })
        await expect(store.remove(id)).resolves.toBeUndefined()
      },
    )

    test('a blob removed while it is read gives its own bytes or ends as corrupt', async () => {
      const store = await openStore()
      const bytes = pattern(2 * MIB)
      const { id } = await store.write(inChunks(bytes, [MIB]), never)
      let position = 0
      let ending: unknown
      try {
        for await (const chunk of store.read(id, { start: 0, end: bytes.length }, never)) {
          expect(same(chunk, bytes.subarray(position, position + chunk.length))).toBe(true)
          position += chunk.length
          await store.remove(id)
          await store.write(inChunks(pattern(MIB, 9), [MIB]), never)
        }
      } catch (error) {
        ending = error
      }
      expect(ending instanceof StorageFault ? ending.kind : position).toBeOneOf(['corrupt', bytes.length])
    })
  })
}

const never = new AbortController().signal

/** The longest of each seed so far: a shorter one is its beginning. */
const patterns = new Map<number, Buffer>()

/** Bytes that differ by place and by seed, so that a shift or a mix-up shows. */
export function pattern(size: number, seed = 0): Buffer {
  let longest = patterns.get(seed)
  if (!longest || longest.length < size) patterns.set(seed, (longest = makePattern(size, seed)))
  return Buffer.from(longest.subarray(0, size))
}

function makePattern(size: number, seed: number): Buffer {
  const bytes = Buffer.allocUnsafe(size)
  for (let index = 0; index < size; index++)
    bytes[index] = (index * 31 + (index >> 8) * 17 + (index >> 16) * 29 + seed * 101) & 255
  return bytes
}

/** The bytes in fresh chunks of these lengths, over and over; the last length is never allowed to be all zero. */
export async function* inChunks(bytes: Uint8Array, lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let position = 0, turn = 0; position < bytes.length; turn++) {
    const length =
      turn % lengths.length === 0 ? Math.max(1, lengths[0] ?? 1) : (lengths[turn % lengths.length] ?? 1)
    yield Uint8Array.from(bytes.subarray(position, position + length))
    position += length
  }
}

export async function readAll(store: BlobStore, id: BlobId, start: number, end: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of ownedChunks(store.read(id, { start, end }, never))) chunks.push(chunk)
  return Buffer.concat(chunks)
}

export async function listed(store: BlobStore): Promise<BlobId[]> {
  const ids: BlobId[] = []
  for await (const id of store.list()) ids.push(id)
  return ids.toSorted()
}

/** Byte for byte; a matcher would print megabytes. */
export function same(actual: Uint8Array | undefined, expected: Uint8Array | undefined): boolean {
  return actual !== undefined && expected !== undefined && Buffer.compare(actual, expected) === 0
}

async function* failingAfter(size: number, error: Error): AsyncGenerator<Uint8Array> {
  yield* inChunks(pattern(size), [100_000])
  throw error
}

/** Copies lent chunks, so that what one blob's `read` gives may go into another's `write`. */
async function* ownedChunks(lent: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of lent) yield Uint8Array.from(chunk)
}

async function quarantined(store: BlobStore): Promise<BlobId[]> {
  const ids: BlobId[] = []
  for await (const { id, sinceMilliseconds } of store.quarantine.list()) {
    expect(sinceMilliseconds).toBeGreaterThan(0)
    ids.push(id)
  }
  return ids.toSorted()
}
