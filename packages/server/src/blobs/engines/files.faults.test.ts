import { beforeEach, describe, expect, test } from 'vitest'
import { tries } from '../../../../../tests/support/sizes.ts'
import { MovableClock } from '../../base/clock.ts'
import { type DiskFault, type DiskOperation, FaultyDisk } from '../../base/faulty-disk.ts'
import { MemoryDisk } from '../../base/memory-disk.ts'
import { seededRandom } from '../../base/seeded-random.ts'
import type { StorageFaultKind } from '../../base/storage-fault.ts'
import type { BlobStore } from '../blob-store.ts'
import { inChunks, listed, pattern, readAll, runBlobStoreSuite, same } from './blob-store.suite.ts'
import { openFileBlobs } from './files.ts'

const never = new AbortController().signal
const directory = '/data/blobs'
const BYTES = pattern(2_500_000)
const write = (store: BlobStore, bytes = BYTES) => store.write(inChunks(bytes, [100_000]), never)

runBlobStoreSuite('files on a disk that reads little at a time', async () => {
  const disk = new FaultyDisk(new MemoryDisk())
  disk.readBytes = 50_021
  return openFileBlobs({ directory, disk })
})

type ReadFault = DiskFault & { readonly kind?: StorageFaultKind }

describe('a handle that goes stale, as on NFS', () => {
  test.each([
    { operation: 'openForRead', nth: 1 },
    { operation: 'read', nth: 1 },
    { operation: 'read', nth: 3 },
    { operation: 'size', nth: 1 },
  ] as const)('at $operation $nth is opened again', async (fault) => {
    const disk = new FaultyDisk(new MemoryDisk())
    const store = await openFileBlobs({ directory, disk })
    const { id } = await write(store)
    disk.inject({ ...fault, code: 'ESTALE' })
    expect(same(await readAll(store, id, 0, BYTES.length), BYTES)).toBe(true)
    expect(disk.openFiles).toBe(0)
  })

  test('is corrupt where the blob was removed', async () => {
    const memory = new MemoryDisk()
    const disk = new FaultyDisk(memory)
    const store = await openFileBlobs({ directory, disk })
    const { id } = await write(store)
    disk.inject({ operation: 'read', nth: 3, code: 'ESTALE' })
    const reading = (async () => {
      for await (const chunk of store.read(id, { start: 0, end: BYTES.length }, never)) {
        expect(chunk.length).toBeGreaterThan(0)
        await store.remove(id)
      }
    })()
    await expect(reading).rejects.toMatchObject({ kind: 'corrupt' })
    expect(disk.openFiles).toBe(0)
  })

  test('is no endless matter', async () => {
    const disk = new FaultyDisk(new MemoryDisk())
    const store = await openFileBlobs({ directory, disk })
    const { id } = await write(store)
    disk.inject({ operation: 'read', code: 'ESTALE' })
    await expect(readAll(store, id, 0, BYTES.length)).rejects.toMatchObject({ kind: 'unavailable' })
    expect(disk.openFiles).toBe(0)
  })
})

test('what a crashed write left goes from a disk that takes no file any more', async () => {
  const clock = new MovableClock(new Date(0))
  const memory = new MemoryDisk(clock)
  await openFileBlobs({ directory, disk: memory, clock })
  await memory.create(`${directory}/tmp/${'c'.repeat(32)}`)
  clock.advance(3_600_001)
  const disk = new FaultyDisk(memory)
  disk.inject({ operation: 'create', code: 'ENOSPC' })
  await openFileBlobs({ directory, disk, clock })
  expect(await memory.list(`${directory}/tmp`)).toEqual([])
})

describe('a failing disk', () => {
  let memory: MemoryDisk
  let disk: FaultyDisk
  let store: BlobStore

  beforeEach(async () => {
    memory = new MemoryDisk()
    disk = new FaultyDisk(memory)
    store = await openFileBlobs({ directory, disk })
  })

  async function expectNothingLeft(): Promise<void> {
    expect(disk.openFiles).toBe(0)
    expect(await listed(store)).toEqual([])
    expect(await memory.list(`${directory}/tmp`)).toEqual([])
  }

  async function expectAlive(): Promise<void> {
    const { id } = await write(store)
    expect(same(await readAll(store, id, 0, BYTES.length), BYTES)).toBe(true)
    expect(disk.openFiles).toBe(0)
  }

  const steps = [
    { operation: 'create' },
    { operation: 'append', nth: 1 },
    { operation: 'append', nth: 2 },
    { operation: 'append', nth: 3 },
    { operation: 'sync' },
    { operation: 'close' },
    { operation: 'rename' },
    { operation: 'syncDirectory' },
  ] as const
  const codes = [
    { code: 'ENOSPC', kind: 'full' },
    { code: 'EDQUOT', kind: 'full' },
    { code: 'EIO', kind: 'unavailable' },
    { code: 'EROFS', kind: 'readOnly' },
  ]
  const cases = steps.flatMap((step) => codes.map(({ code, kind }) => ({ step, code, kind })))

  test.each(cases)('write: $code at $step is $kind and leaves nothing', async ({ step, code, kind }) => {
    const heal = disk.inject({ nth: 1, ...step, code })
    await expect(write(store)).rejects.toMatchObject({ name: 'StorageFault', kind })
    heal()
    await expectNothingLeft()
    await expectAlive()
  })

  test('write: even where clearing up fails too, the first error is told and nothing is listed', async () => {
    const heal = [
      disk.inject({ operation: 'append', nth: 2, code: 'ENOSPC' }),
      disk.inject({ operation: 'close', code: 'EIO' }),
      disk.inject({ operation: 'remove', code: 'EIO' }),
    ]
    await expect(write(store)).rejects.toMatchObject({ kind: 'full' })
    for (const undo of heal) undo()
    expect(await listed(store)).toEqual([])
    expect(disk.openFiles).toBe(0)
    await expectAlive()
  })

  test.each([0, 1, 1_048_576, 2_499_999])('write: a disk full after %i bytes', async (spaceBytes) => {
    disk.spaceBytes = spaceBytes
    await expect(write(store)).rejects.toMatchObject({ kind: 'full' })
    disk.spaceBytes = Infinity
    await expectNothingLeft()
    await expectAlive()
  })

  test('write: an early sync that fails fails the write, though the last one succeeds', async () => {
    disk.inject({ operation: 'sync', nth: 1, code: 'EIO' })
    const large = Buffer.alloc(20 * 1024 * 1024)
    await expect(write(store, large)).rejects.toMatchObject({ kind: 'unavailable' })
    await expectNothingLeft()
  })

  test('write: a fault while the source is silent is told when it speaks again', async () => {
    disk.inject({ operation: 'append', nth: 1, code: 'EIO' })
    async function* source(): AsyncGenerator<Uint8Array> {
      yield BYTES
      await new Promise(setImmediate)
      yield BYTES
    }
    await expect(store.write(source(), never)).rejects.toMatchObject({ kind: 'unavailable' })
    await expectNothingLeft()
  })

  test('write: a fault at one blob does not touch those written beside it', async () => {
    disk.inject({ operation: 'sync', nth: 3, code: 'EIO' })
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => write(store)))
    const whole = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.id] : []))
    expect(whole).toHaveLength(9)
    expect(await listed(store)).toEqual(whole.toSorted())
  })

  test.each([
    { operation: 'openForRead', code: 'EIO' },
    { operation: 'openForRead', code: 'EMFILE', kind: 'busy' },
    { operation: 'size', code: 'EIO' },
    { operation: 'read', nth: 1, code: 'EIO' },
    { operation: 'read', nth: 3, code: 'EIO' },
  ] satisfies ReadFault[])(
    'read: $code at $operation is told',
    async ({ kind = 'unavailable', ...fault }: ReadFault) => {
      const { id } = await write(store)
      const heal = disk.inject(fault)
      await expect(readAll(store, id, 0, BYTES.length)).rejects.toMatchObject({ kind })
      expect(disk.openFiles).toBe(0)
      heal()
      expect(same(await readAll(store, id, 0, BYTES.length), BYTES)).toBe(true)
    },
  )

  test('read: a file cut short is corrupt, before any byte of it is given', async () => {
    const { id } = await write(store, pattern(1000))
    const path = `${directory}/${id.slice(0, 2)}/${id}`
    await memory.remove(path)
    const file = await memory.create(path)
    await file.append([pattern(999)])
    await expect(readAll(store, id, 0, 1000)).rejects.toMatchObject({ kind: 'corrupt' })
    expect((await readAll(store, id, 0, 999)).length).toBe(999)
  })

  test('remove, list and open report faults of the disk', async () => {
    const { id } = await write(store)
    disk.inject({ operation: 'remove', code: 'EIO' })
    disk.inject({ operation: 'list', code: 'EIO' })
    await expect(store.remove(id)).rejects.toMatchObject({ kind: 'unavailable' })
    await expect(listed(store)).rejects.toMatchObject({ kind: 'unavailable' })
    await expect(openFileBlobs({ directory, disk })).rejects.toMatchObject({ kind: 'unavailable' })
    disk.inject({ operation: 'makeDirectory', code: 'ENOSPC' })
    await expect(openFileBlobs({ directory, disk })).rejects.toMatchObject({ kind: 'full' })
  })
})

describe('a slow disk', () => {
  /** A store whose disk holds up the nth call of an operation until told to go on. */
  async function openHeldUp(operation: DiskOperation, nth: number) {
    const memory = new MemoryDisk()
    const disk = new FaultyDisk(memory)
    const store = await openFileBlobs({ directory, disk })
    const { id } = await write(store)
    const [reached, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let calls = 0
    disk.before = (called) => {
      if (called !== operation || ++calls !== nth) return undefined
      reached.resolve()
      return goOn.promise
    }
    disk.calls.length = 0
    const operations = (): DiskOperation[] => disk.calls.map((call) => call.operation)
    return { disk, store, id, operations, reached: reached.promise, goOn: goOn.resolve }
  }

  test.each([
    { operation: 'append', nth: 1 },
    { operation: 'append', nth: 3 },
    { operation: 'sync', nth: 1 },
  ] as const)('a write aborted during $operation $nth waits for it, then leaves nothing', async (call) => {
    const { disk, store, id, operations, reached, goOn } = await openHeldUp(call.operation, call.nth)
    const controller = new AbortController()
    const writing = store.write(inChunks(BYTES, [100_000]), controller.signal)
    writing.catch(() => {})
    await reached
    controller.abort(new Error('gone'))
    await new Promise(setImmediate)
    expect(operations()).not.toContain('close')
    goOn()
    await expect(writing).rejects.toThrow('gone')
    expect(await listed(store)).toEqual([id])
    expect(disk.openFiles).toBe(0)
    expect(await disk.list(`${directory}/tmp`)).toEqual([])
  })

  test('a reader that leaves waits for the read ahead, whose buffer is not another reader’s meanwhile', async () => {
    const { disk, store, id, operations, reached, goOn } = await openHeldUp('read', 2)
    const chunks = store.read(id, { start: 0, end: BYTES.length }, never)[Symbol.asyncIterator]()
    await chunks.next()
    await reached
    const leaving = chunks.return?.()
    expect(same(await readAll(store, id, 0, BYTES.length), BYTES)).toBe(true)
    expect(operations().filter((operation) => operation === 'close')).toHaveLength(1)
    goOn()
    await leaving
    expect(disk.openFiles).toBe(0)
  })
})

describe('a crash', () => {
  /** The data folder itself is durable: whoever made it saw to that. */
  async function diskWithData(): Promise<MemoryDisk> {
    const memory = new MemoryDisk()
    await memory.makeDirectory('/data')
    await memory.syncDirectory('/')
    return memory
  }

  /** The power goes at the given call, counted from the opening of the store; then the disk is opened anew. */
  async function crashAt(call: number, seed: string): Promise<boolean> {
    const memory = await diskWithData()
    const before = await openFileBlobs({ directory, disk: memory })
    const old = await write(before)

    const disk = new FaultyDisk(memory)
    disk.diesAtCall = call
    const random = seededRandom(seed)
    const acknowledged = await openFileBlobs({ directory, disk })
      .then(write)
      .catch(() => undefined)
    memory.crash(random)

    const store = await openFileBlobs({ directory, disk: memory })
    const ids = await listed(store)
    const sound = await Promise.all(ids.map((id) => isWhole(store, id)))
    const kept = [old.id, ...(acknowledged ? [acknowledged.id] : [])].every((id) => ids.includes(id))
    expect({ call, seed, kept, whole: sound.every(Boolean) }).toEqual({ call, seed, kept: true, whole: true })
    return acknowledged !== undefined
  }

  async function isWhole(store: BlobStore, id: string): Promise<boolean> {
    const longer = await readAll(store, id, 0, BYTES.length + 1).catch(() => undefined)
    return longer === undefined && same(await readAll(store, id, 0, BYTES.length), BYTES)
  }

  test('at any call leaves each blob whole or absent, and every acknowledged one whole', async () => {
    let acknowledged = false
    let call = 0
    for (; !acknowledged; call++) {
      for (let seed = 0; seed < tries(10); seed++) acknowledged = await crashAt(call, `${call} ${seed}`)
    }
    // Open (5 calls), create, appends, sync, close, rename, sync of the folder.
    expect(call).toBeGreaterThan(12)
  }, 60_000)

  test('while the folders are first made: the next opening makes the rest', async () => {
    for (let call = 0; call < 262; call += 9) {
      const memory = await diskWithData()
      const disk = new FaultyDisk(memory)
      disk.diesAtCall = call
      await openFileBlobs({ directory, disk }).catch(() => undefined)
      memory.crash(seededRandom(String(call)))
      const store = await openFileBlobs({ directory, disk: memory })
      const { id } = await write(store, pattern(10))
      expect(await listed(store)).toEqual([id])
    }
  })
})
