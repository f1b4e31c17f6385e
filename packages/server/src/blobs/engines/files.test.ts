import { mkdtemp, readdir, readlink, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MovableClock } from '../../base/clock.ts'
import { FaultyDisk } from '../../base/faulty-disk.ts'
import { MemoryDisk } from '../../base/memory-disk.ts'
import type { BlobStore } from '../blob-store.ts'
import { inChunks, listed, pattern, readAll, runBlobStoreSuite, same } from './blob-store.suite.ts'
import { openFileBlobs } from './files.ts'

const never = new AbortController().signal
let root: string
let opened = 0
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'holdfast-blobs-'))
})
afterAll(() => rm(root, { recursive: true }))
const newDirectory = (): string => join(root, String(opened++))

runBlobStoreSuite('files', () => openFileBlobs({ directory: newDirectory() }))

/** Two nodes: whatever one of them does, the other one does what comes next. */
async function openTwo(): Promise<BlobStore> {
  const directory = newDirectory()
  const stores = [await openFileBlobs({ directory }), await openFileBlobs({ directory })] as const
  let turn = 0
  const next = (): BlobStore => stores[turn++ % 2 === 0 ? 0 : 1]
  return {
    write: (...given) => next().write(...given),
    read: (...given) => next().read(...given),
    sizeOf: (id) => next().sizeOf(id),
    replace: (...given) => next().replace(...given),
    remove: (id) => next().remove(id),
    list: () => next().list(),
    get quarantine() {
      return next().quarantine
    },
    awayPlaces: () => next().awayPlaces(),
    async [Symbol.asyncDispose]() {
      for (const store of stores) await store[Symbol.asyncDispose]()
    },
  }
}

runBlobStoreSuite('files of one folder that two share', openTwo)

describe('files', () => {
  test('blobs outlive the process, and two may share the folder', async () => {
    const directory = newDirectory()
    const one = await openFileBlobs({ directory })
    const two = await openFileBlobs({ directory })
    const first = await one.write(inChunks(pattern(10), [10]), never)
    const second = await two.write(inChunks(pattern(20), [10]), never)
    expect(await listed(one)).toEqual([first.id, second.id].toSorted())
    expect(same(await readAll(one, second.id, 0, 20), pattern(20))).toBe(true)
    await two.remove(first.id)
    expect(await listed(one)).toEqual([second.id])
  })

  test('a file is adopted by a second name, which outlives the first; one elsewhere is not', async () => {
    const memory = new MemoryDisk()
    const disk = new FaultyDisk(memory)
    const store = await openFileBlobs({ directory: '/blobs', disk })
    const file = await disk.create('/backup')
    await file.append([pattern(1000)])
    await file.sync()
    await file.close()
    const id = 'ab'.repeat(16)
    expect(await store.adopt?.(id, '/backup')).toBe(true)
    await disk.remove('/backup')
    expect(same(await readAll(store, id, 0, 1000), pattern(1000))).toBe(true)
    disk.inject({ operation: 'link', code: 'EXDEV' })
    expect(await store.adopt?.('cd'.repeat(16), '/backup')).toBe(false)
    expect(await listed(store)).toEqual([id])
  })

  test('only the owner may read the files', async () => {
    const directory = newDirectory()
    const store = await openFileBlobs({ directory })
    const { id } = await store.write(inChunks(pattern(10), [10]), never)
    const folder = join(directory, id.slice(0, 2))
    expect((await stat(join(folder, id))).mode & 0o777).toBe(0o600)
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
  })

  test('strange files in the folders are not blobs', async () => {
    const memory = new MemoryDisk()
    const store = await openFileBlobs({ directory: '/blobs', disk: memory })
    await memory.create('/blobs/ab/.nfs0001')
    await memory.create('/blobs/ab/readme')
    expect(await listed(store)).toEqual([])
  })

  // Only Linux tells a process what it has open.
  test.runIf(process.platform === 'linux')('however reads and writes end, no file stays open', async () => {
    const directory = newDirectory()
    const store = await openFileBlobs({ directory })
    const bytes = pattern(3_000_000)
    const { id } = await store.write(inChunks(bytes, [100_000]), never)
    await readAll(store, id, 0, bytes.length)
    for await (const chunk of store.read(id, { start: 0, end: bytes.length }, never)) {
      expect(chunk.length).toBeGreaterThan(0)
      break
    }
    const controller = new AbortController()
    const abandoned = store.write(stalling(controller), controller.signal)
    await expect(abandoned).rejects.toThrow('gone')
    await expect(readAll(store, id, 0, bytes.length + 1)).rejects.toThrow('shorter')
    expect(await openFilesBelow(directory)).toEqual([])
    expect(await readdir(join(directory, 'tmp'))).toEqual([])
  })

  test('opening a store that is made makes nothing and looks at no blob', async () => {
    const disk = new FaultyDisk(new MemoryDisk())
    const store = await openFileBlobs({ directory: '/blobs', disk })
    await store.write(inChunks(pattern(10), [10]), never)
    disk.calls.length = 0
    await openFileBlobs({ directory: '/blobs', disk })
    expect(disk.calls.length).toBeLessThan(6)
  })

  test('blobs spread over the folders, and those written together share one and its sync', async () => {
    const disk = new FaultyDisk(new MemoryDisk())
    const store = await openFileBlobs({ directory: '/blobs', disk })
    disk.calls.length = 0
    await Promise.all(Array.from({ length: 100 }, () => store.write(inChunks(pattern(10), [10]), never)))
    expect(disk.calls.filter(({ operation }) => operation === 'syncDirectory').length).toBeLessThan(10)
    for (let round = 0; round < 10; round++) {
      await Promise.all(Array.from({ length: 256 }, () => store.write(inChunks(pattern(1), [1]), never)))
    }
    const folders = new Set((await listed(store)).map((id) => id.slice(0, 2)))
    expect(folders.size).toBeGreaterThan(5)
  })

  test('at most 2 MiB are held, however far ahead the source could run', async () => {
    const memory = new MemoryDisk()
    const store = await openFileBlobs({ directory: '/blobs', disk: memory })
    let asked = 0
    async function* source(): AsyncGenerator<Uint8Array> {
      for (; asked < 200; asked++) {
        const [name = ''] = await memory.list('/blobs/tmp')
        const file = await memory.openForRead(`/blobs/tmp/${name}`)
        expect(asked * 65_536 - (await file.size())).toBeLessThanOrEqual(2 * 1024 * 1024)
        yield pattern(65_536)
      }
    }
    await store.write(source(), never)
    expect(asked).toBe(200)
  })
})

const CRASHED = 'c'.repeat(32)

describe('what crashed writes left', () => {
  test('goes at the next opening or listing, but not while a living process may own it', async () => {
    const clock = new MovableClock(new Date(0))
    const disk = new MemoryDisk(clock)
    const options = { directory: '/blobs', disk, clock, abandonedAfterMilliseconds: 1000 }
    const store = await openFileBlobs(options)
    await disk.create(`/blobs/tmp/${CRASHED}`)
    clock.advance(1000)
    await openFileBlobs(options)
    expect(await disk.list('/blobs/tmp')).toEqual([CRASHED])
    clock.advance(1)
    await openFileBlobs(options)
    expect(await disk.list('/blobs/tmp')).toEqual([])

    await disk.create(`/blobs/tmp/${CRASHED}`)
    clock.advance(1001)
    expect(await listed(store)).toEqual([])
    expect(await disk.list('/blobs/tmp')).toEqual([])
  })

  test('stays while the clock of its folder, which is another machine’s, has it for new', async () => {
    const [clock, folderClock] = [new MovableClock(new Date(0)), new MovableClock(new Date(0))]
    const disk = new MemoryDisk(folderClock)
    const options = { directory: '/blobs', disk, clock, abandonedAfterMilliseconds: 1000 }
    const store = await openFileBlobs(options)
    await disk.create(`/blobs/tmp/${CRASHED}`)
    await disk.create('/blobs/tmp/.nfs0001')
    clock.advance(5000)
    expect(await listed(store)).toEqual([])
    expect((await disk.list('/blobs/tmp')).toSorted()).toEqual(['.nfs0001', CRASHED])
    folderClock.advance(1001)
    expect(await listed(store)).toEqual([])
    expect(await disk.list('/blobs/tmp')).toEqual(['.nfs0001'])
  })

  test("a process knows its own writes, and another's removed by mistake only fails", async () => {
    const clock = new MovableClock(new Date(0))
    const disk = new MemoryDisk(clock)
    const options = { directory: '/blobs', disk, clock }
    const [one, two] = [await openFileBlobs(options), await openFileBlobs(options)]
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield pattern(10)
      clock.advance(10 * 3_600_000)
      // Listing clears away what seems abandoned.
      await listed(one)
      yield pattern(10)
    }
    const { id } = await one.write(slow(), never)
    expect((await readAll(one, id, 0, 20)).length).toBe(20)
    await expect(two.write(slow(), never)).rejects.toMatchObject({
      name: 'StorageFault',
      kind: 'unavailable',
    })
    expect(await listed(two)).toEqual([id])
  })
})

async function* stalling(controller: AbortController): AsyncGenerator<Uint8Array> {
  yield pattern(2_000_000)
  queueMicrotask(() => controller.abort(new Error('gone')))
  await new Promise(() => {})
}

/** What this process has open below a directory. */
async function openFilesBelow(directory: string): Promise<string[]> {
  const descriptors = await readdir('/proc/self/fd')
  const targets = await Promise.all(
    descriptors.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')),
  )
  return targets.filter((target) => target.startsWith(directory))
}
