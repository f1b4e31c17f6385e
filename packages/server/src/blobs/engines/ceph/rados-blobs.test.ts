import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  CEPH_POOL,
  CEPH_USER,
  type CephCluster,
  startCeph,
  whyNoCeph,
} from '../../../../../../tests/support/ceph-cluster.ts'
import type { Clock } from '../../../base/clock.ts'
import type { BlobStore } from '../../blob-store.ts'
import { inChunks, listed, pattern, readAll, runBlobStoreSuite, same } from '../blob-store.suite.ts'
import { openRadosBlobs, type RadosBlobsOptions } from './rados-blobs.ts'
import { RadosPool } from './rados-pool.ts'

const MIB = 2 ** 20
const never = new AbortController().signal
const missing = whyNoCeph()

describe.skipIf(missing !== undefined)(`blobs in Ceph${missing === undefined ? '' : `: ${missing}`}`, () => {
  let cluster: CephCluster
  beforeAll(async () => {
    cluster = await startCeph()
  }, 60_000)
  afterAll(async () => cluster?.[Symbol.asyncDispose]())

  const openPool = (namespace = cluster.newNamespace(), timeoutSeconds = 20): Promise<RadosPool> =>
    RadosPool.open({
      configFile: cluster.configFile,
      user: CEPH_USER,
      pool: CEPH_POOL,
      namespace,
      timeoutSeconds,
    })
  const withStore = async (
    use: (store: BlobStore, pool: RadosPool, namespace: string) => Promise<void>,
    options: Omit<RadosBlobsOptions, 'pool'> = {},
  ): Promise<void> => {
    const namespace = cluster.newNamespace()
    const pool = await openPool(namespace)
    await using store = openRadosBlobs({ pool, ...options })
    await use(store, pool, namespace)
  }
  /** What a store that is closed has left there. */
  const left = async (namespace: string): Promise<string[]> => {
    await using pool = await openPool(namespace)
    return await namesIn(pool)
  }

  runBlobStoreSuite('RADOS', async () => openRadosBlobs({ pool: await openPool() }))

  test('a small blob is one object, a large one has stripes, and none of them outlives it', async () => {
    let used = ''
    await withStore(async (store, pool, namespace) => {
      used = namespace
      const small = await store.write(inChunks(pattern(MIB), [MIB]), never)
      expect(await namesIn(pool)).toEqual([small.id])
      await store.remove(small.id)
      const bytes = pattern(9 * MIB + 5)
      const { id } = await store.write(inChunks(bytes, [MIB + 7]), never)
      expect((await namesIn(pool)).filter((name) => !name.endsWith('.w'))).toEqual(
        [id, `${id}.0`, `${id}.1`, `${id}.2`].toSorted(),
      )
      expect(same(await readAll(store, id, 3 * MIB, 9 * MIB + 5), bytes.subarray(3 * MIB))).toBe(true)
      await store.quarantine.add(id)
      expect(await store.quarantine.restore(id)).toBe(true)
      expect(same(await readAll(store, id, 0, bytes.length), bytes)).toBe(true)
      await store.replace(id, inChunks(bytes, [300_000]), never)
      expect(same(await readAll(store, id, 0, bytes.length), bytes)).toBe(true)
      const other = await store.write(inChunks(bytes, [MIB]), never)
      await store.quarantine.add(other.id)
      await store.quarantine.remove(other.id)
      await store.remove(id)
      await expect(store.write(failing(6 * MIB), never)).rejects.toThrow('no more')
    })
    expect(await left(used)).toEqual([])
  })

  test('is listed in pages', () =>
    withStore(async (store, pool) => {
      const writes = Array.from({ length: 40 }, (_, blob) => store.write(inChunks(pattern(blob), [9]), never))
      const ids = (await Promise.all(writes)).map(({ id }) => id)
      const pages: string[][] = []
      for await (const page of pool.pages(7)) pages.push(page)
      expect(pages.length).toBeGreaterThan(5)
      expect(pages.flat().toSorted()).toEqual(ids.toSorted())
    }))

  test('what a write that died has left is cleared away when it is old, and not before', async () => {
    const clock = movableClock()
    const options = { clock, abandonedAfterMilliseconds: 60_000 }
    await withStore(async (store, pool) => {
      const kept = await store.write(inChunks(pattern(5 * MIB), [MIB]), never)
      const id = 'ab'.repeat(16)
      await pool.change(`${id}.w`, { pieces: [Buffer.from(`${id} ${clock.now().getTime()}`)] })
      for (const stripe of [0, 1, 3]) await pool.change(`${id}.${stripe}`, { pieces: [pattern(10)] })
      expect(await listed(store)).toEqual([kept.id])
      expect(await namesIn(pool)).toContain(`${id}.3`)
      clock.move(61_000)
      await listed(store)
      expect((await namesIn(pool)).filter((name) => name.startsWith(`${id}.`))).toEqual([])
      await store.remove(id)
      expect(await listed(store)).toEqual([kept.id])
      expect(same(await readAll(store, kept.id, 0, 5 * MIB), pattern(5 * MIB))).toBe(true)
    }, options)
  })

  test('a write that counted as left behind fails when it goes on, and one that shows life does not', async () => {
    const clock = movableClock()
    const options = { clock, abandonedAfterMilliseconds: 60_000 }
    let used = ''
    await withStore(async (store, _pool, namespace) => {
      used = namespace
      async function* slow(pause: number, sweep: boolean): AsyncGenerator<Uint8Array> {
        for (let piece = 0; piece < 6; piece++) {
          yield pattern(MIB)
          clock.move(pause)
          if (sweep) await listed(store)
        }
        clock.move(sweep ? 0 : 61_000)
        await listed(store)
      }
      const { id } = await store.write(slow(20_000, true), never)
      expect(await store.sizeOf(id)).toBe(6 * MIB)
      await expect(store.write(slow(0, false), never)).rejects.toMatchObject({ kind: 'unavailable' })
      for (const each of await listed(store)) await store.remove(each)
    }, options)
    expect((await left(used)).filter((name) => !name.endsWith('.w'))).toEqual([])
  })

  test('an OSD that is silent: unavailable within the time, and well again after', async () => {
    await using pool = await openPool(cluster.newNamespace(), 2)
    const store = openRadosBlobs({ pool })
    const bytes = pattern(6 * MIB)
    const before = await store.write(inChunks(bytes, [MIB]), never)
    cluster.pauseOsd(0)
    try {
      const both = [
        store.write(inChunks(bytes, [MIB]), never),
        readAll(store, before.id, 0, bytes.length),
        store.remove('cd'.repeat(16)),
        listed(store),
      ]
      for (const result of await Promise.allSettled(both))
        expect(result).toMatchObject({ status: 'rejected', reason: { kind: 'unavailable' } })
    } finally {
      cluster.resumeOsd(0)
    }
    expect(same(await readAll(store, before.id, 0, bytes.length), bytes)).toBe(true)
    const after = await store.write(inChunks(bytes, [MIB]), never)
    expect(same(await readAll(store, after.id, 0, bytes.length), bytes)).toBe(true)
  })

  // Each command of Ceph takes a second or two to start where much else runs.
  test(
    'a client that Ceph has shut out is replaced: what it wrote is there, and it goes on',
    { timeout: 90_000 },
    async () => {
      await using pool = await openPool()
      const store = openRadosBlobs({ pool })
      const bytes = pattern(6 * MIB)
      const before = await store.write(inChunks(bytes, [MIB]), never)
      // An OSD that learns of it only now refuses what is under way, which is not sent again but for reads.
      const orAgain = <T>(work: () => Promise<T>): Promise<T> => work().catch(work)
      for (let round = 0; round < 2; round++) {
        await cluster.shutOut()
        const read = same(await readAll(store, before.id, 0, bytes.length), bytes)
        expect(read).toBe(true)
        const { id } = await orAgain(() => store.write(inChunks(bytes, [MIB]), never))
        expect(same(await readAll(store, id, 0, bytes.length), bytes)).toBe(true)
        await orAgain(() => store.remove(id))
        expect(await orAgain(() => listed(store))).toEqual([before.id])
      }
    },
  )

  test('a full cluster is full, at once, and takes removals', () =>
    withStore(async (store) => {
      const kept = await store.write(inChunks(pattern(2 * MIB), [MIB]), never)
      const setRatios = async (nearfull: number, backfillfull: number, full: number): Promise<void> => {
        await cluster.ceph('osd', 'set-nearfull-ratio', String(nearfull))
        await cluster.ceph('osd', 'set-backfillfull-ratio', String(backfillfull))
        await cluster.ceph('osd', 'set-full-ratio', String(full))
      }
      const isFull = async (): Promise<boolean> =>
        // Not `nearfull` or `backfillfull`, which come before.
        /^pool .* flags (\S+,)?full[, ]/m.test(await cluster.ceph('osd', 'dump'))
      await setRatios(0.00001, 0.00002, 0.00003)
      try {
        while (!(await isFull()));
        for (const size of [1000, 6 * MIB])
          await expect(store.write(inChunks(pattern(size), [MIB]), never)).rejects.toMatchObject({
            kind: 'full',
          })
        await store.remove(kept.id)
        expect(await listed(store)).toEqual([])
      } finally {
        await cluster.ceph('osd', 'set-full-ratio', '0.95')
        await setRatios(0.85, 0.9, 0.95)
        while (await isFull());
      }
    }))

  test('a damaged head is corrupt, and can be put back', () =>
    withStore(async (store, pool) => {
      const bytes = pattern(5000)
      const { id } = await store.write(inChunks(bytes, [5000]), never)
      await pool.change(id, { pieces: [Buffer.alloc(1, 0xff)], offset: 20 })
      await expect(readAll(store, id, 0, 10)).rejects.toMatchObject({ kind: 'corrupt' })
      await store.replace(id, inChunks(bytes, [5000]), never)
      expect(same(await readAll(store, id, 0, 5000), bytes)).toBe(true)
    }))

  test.each([
    ['a pool that is not there', { pool: 'none' }, 'ceph osd pool create none'],
    ['a user that is not known', { user: 'nobody' }, 'as client.nobody'],
    ['a config that is not there', { configFile: '/none/ceph.conf' }, '/none/ceph.conf'],
  ])('%s is told', async (_, wrong, words) => {
    const right = { configFile: cluster.configFile, user: CEPH_USER, pool: CEPH_POOL, timeoutSeconds: 5 }
    await expect(RadosPool.open({ ...right, ...wrong })).rejects.toThrow(words)
  })
})

async function namesIn(pool: RadosPool): Promise<string[]> {
  const names: string[] = []
  for await (const page of pool.pages(100)) names.push(...page)
  return names.toSorted()
}

async function* failing(size: number): AsyncGenerator<Uint8Array> {
  yield* inChunks(pattern(size), [MIB])
  throw new Error('no more')
}

function movableClock(): Clock & { move(milliseconds: number): void } {
  let now = 1_700_000_000_000
  return {
    now: () => new Date(now),
    elapsedMilliseconds: () => now,
    sleep: async () => {},
    move: (milliseconds) => void (now += milliseconds),
  }
}
