import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DatabaseProxy } from '../../../../../../tests/support/database-proxy.ts'
import {
  clientOf,
  type PostgresqlCluster,
  postgresqlPrograms,
  startPostgresql,
} from '../../../../../../tests/support/postgresql-cluster.ts'
import { MovableClock, systemClock } from '../../../base/clock.ts'
import { CorrectedClock } from '../../../base/corrected-clock.ts'
import { systemRandom } from '../../../base/random.ts'
import type { OrderedStore } from '../../ordered-store.ts'
import { runOrderedStoreSuite } from '../ordered-store.suite.ts'
import { bytes, put, scan, stampOf, valueOf, write } from '../ordered-store-text.suite.ts'
import { History } from './history.suite.ts'
import type { PostgresqlServer } from './connection.ts'
import { lockId } from './key-locks.ts'
import { openPostgresql } from './postgresql.ts'

describe.skipIf(postgresqlPrograms() === undefined)('PostgreSQL', { timeout: 60_000 }, () => {
  let cluster: PostgresqlCluster
  beforeAll(async () => {
    cluster = await startPostgresql()
  })
  afterAll(() => cluster[Symbol.asyncDispose]())

  let emptied: PostgresqlServer | undefined
  /** For tests that have one store at a time: one database, which is emptied in a small part of the time that a new one takes. */
  async function emptiedDatabase(): Promise<PostgresqlServer> {
    const server = (emptied ??= await cluster.newDatabase())
    const admin = clientOf(server)
    await admin.connect()
    await admin.query('drop schema public cascade; create schema public')
    await admin.end()
    return server
  }

  runOrderedStoreSuite('postgresql', async () => openPostgresql({ servers: [await emptiedDatabase()] }))

  async function openNodes(
    count: number,
  ): Promise<AsyncDisposableStack & { stores: OrderedStore[]; server: PostgresqlServer }> {
    const server = await cluster.newDatabase()
    const stack = new AsyncDisposableStack()
    const stores = await Promise.all(
      Array.from({ length: count }, async () => stack.use(await openPostgresql({ servers: [server] }))),
    )
    return Object.assign(stack, { stores, server })
  }

  test('rows are the same however many are read at once, and however large they are', async () => {
    await using store = await openPostgresql({ servers: [await cluster.newDatabase()] })
    const rows = Array.from({ length: 300 }, (_, index) => {
      // From the hundredth on together they are more than are read as one row.
      const value = systemRandom.bytes(index < 100 ? index : 40_000)
      return { key: bytes(`${String(index).padStart(4, '0')}\0\xff`), value }
    })
    await write(store, { put: rows })
    for (const [from, limit] of [
      [0, 10],
      [0, 100],
      [50, 400],
      [299, 100],
      [300, 100],
    ] as const) {
      const range = { start: bytes(String(from).padStart(4, '0')), end: bytes('~') }
      const alone = await store.getMany(rows.slice(from, from + limit).map(({ key }) => key))
      await using snapshot = await store.snapshot()
      for (const found of [await store.scan({ ...range, limit }), await snapshot.scan({ ...range, limit })]) {
        expect(found.map(({ stamp }) => stamp)).toEqual(alone.map((entry) => entry?.stamp))
        const isSame = found.every(({ key, value }, index) => {
          const entry = alone[index]
          return entry && Buffer.compare(entry.key, key) + Buffer.compare(entry.value, value) === 0
        })
        expect(isSame).toBe(true)
      }
    }
  })

  test('commits of several nodes have one order', async () => {
    await using nodes = await openNodes(4)
    const keys = Array.from({ length: 12 }, (_, index) => `key ${index}`)
    const history = new History(keys, systemRandom)
    const writer = async (store: OrderedStore): Promise<void> => {
      for (let round = 0; round < 40; round++) await history.step(store)
    }
    await Promise.all(nodes.stores.flatMap((store) => Array.from({ length: 8 }, () => writer(store))))
    expect(history.length).toBeGreaterThan(100)
    expect(history.hasOneOrder()).toBe(true)
  })

  test('of two nodes that rely on the absence of what the other one puts, one wins', async () => {
    await using nodes = await openNodes(2)
    for (let round = 0; round < 50; round++) {
      const [mine, yours] = [`mine ${round}`, `yours ${round}`]
      const won = await Promise.all(
        nodes.stores.map((store, index) =>
          write(store, {
            expect: [{ key: bytes(index === 0 ? yours : mine), stamp: undefined }],
            put: [put(index === 0 ? mine : yours)],
          }),
        ),
      )
      expect(won.filter(Boolean)).toHaveLength(1)
    }
  })

  test('of two nodes that rely on the presence of what the other one removes, one wins', async () => {
    await using nodes = await openNodes(2)
    const [one, other] = nodes.stores as [OrderedStore, OrderedStore]
    for (let round = 0; round < 50; round++) {
      await write(one, { put: [put('a'), put('b')] })
      const expected = await Promise.all(
        ['a', 'b'].map(async (key) => ({ key: bytes(key), stamp: await stampOf(one, key) })),
      )
      const won = await Promise.all([
        write(one, { expect: expected, remove: [bytes('a')] }),
        write(other, { expect: expected, remove: [bytes('b')] }),
      ])
      expect(won.filter(Boolean)).toHaveLength(1)
    }
  })

  test('increments of several nodes all count', async () => {
    await using nodes = await openNodes(3)
    const increment = async (store: OrderedStore): Promise<void> => {
      for (;;) {
        const entry = await store.get(bytes('count'))
        const expected = [{ key: bytes('count'), stamp: entry?.stamp }]
        const next = String(Number(Buffer.from(entry?.value ?? []).toString()) + 1)
        if (await write(store, { expect: expected, put: [put('count', next)] })) return
      }
    }
    await Promise.all(nodes.stores.flatMap((store) => Array.from({ length: 20 }, () => increment(store))))
    expect(await valueOf(nodes.stores[0] as OrderedStore, 'count')).toBe('60')
  })

  test('a read of another node sees what was committed before it began', async () => {
    await using nodes = await openNodes(2)
    const [one, other] = nodes.stores as [OrderedStore, OrderedStore]
    for (let round = 0; round < 100; round++) {
      await write(one, { put: [put('row', String(round))] })
      expect(await valueOf(other, 'row')).toBe(String(round))
    }
  })

  test('a session that the server ends is made anew, and only a commit under way is in doubt', async () => {
    await using nodes = await openNodes(1)
    const [store] = nodes.stores as [OrderedStore]
    const admin = clientOf(nodes.server)
    await admin.connect()
    const acknowledged: string[] = []
    const faults: unknown[] = []
    const writing = Array.from({ length: 8 }, async (_, writer) => {
      for (let round = 0; round < 60; round++) {
        const key = `${writer} ${String(round).padStart(3, '0')}`
        const isDone = await write(store, { put: [put(key)] }).catch(
          (error: unknown) => void faults.push(error),
        )
        if (isDone) acknowledged.push(key)
      }
    })
    for (let kill = 0; kill < 5; kill++) {
      await admin.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'holdfast' and datname = current_database()",
      )
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    await Promise.all(writing)
    await admin.end()
    for (const fault of faults) expect(fault).toMatchObject({ kind: 'unavailable', passes: true })
    expect(acknowledged.length).toBeGreaterThan(100)
    const there = new Set(await scan(store, '', 'z', 1000))
    expect(acknowledged.filter((key) => !there.has(key))).toEqual([])
  })

  test.each([
    [-8, 's behind that of'],
    [8, 's ahead of that of'],
  ])(
    'a node whose clock is %i s off commits and reads nothing, until it is right again',
    async (seconds, how) => {
      const clock = new MovableClock(systemClock.now(), { running: true })
      await using store = await openPostgresql({
        servers: [await cluster.newDatabase()],
        clock: new CorrectedClock(clock),
      })
      clock.set(new Date(systemClock.now().getTime() + seconds * 1000))
      const refusal = { kind: 'clock', passes: true, message: expect.stringContaining(how) }
      await expect(write(store, { put: [put('a')] })).rejects.toMatchObject(refusal)
      await expect(store.get(bytes('a'))).rejects.toMatchObject(refusal)
      clock.set(new Date(systemClock.now().getTime() + seconds * 250))
      expect(await write(store, { put: [put('b')] })).toBe(true)
      expect(await scan(store, '', 'z')).toEqual(['b'])
    },
  )

  test.each([-4, 4])(
    'a clock that is %i s off shows the time of the server after a commit',
    async (seconds) => {
      const own = new MovableClock(new Date(systemClock.now().getTime() + seconds * 1000), { running: true })
      const clock = new CorrectedClock(own)
      await using store = await openPostgresql({ servers: [await cluster.newDatabase()], clock })
      await write(store, { put: [put('a')] })
      expect(Math.abs(clock.now().getTime() - systemClock.now().getTime())).toBeLessThan(2000)
    },
  )

  test('tells what time it is there', async () => {
    await using store = await openPostgresql({ servers: [await cluster.newDatabase()] })
    expect(Math.abs((await store.now()).getTime() - systemClock.now().getTime())).toBeLessThan(2000)
  })

  test('a server that says nothing is given up in time, and found again', async () => {
    const server = await cluster.newDatabase()
    await using proxy = await DatabaseProxy.to({ path: join(server.host, '.s.PGSQL.5432') })
    const servers = [{ ...server, host: '127.0.0.1', port: proxy.port }]
    await using store = await openPostgresql({ servers, answerMilliseconds: 1000 })
    expect(await write(store, { put: [put('a', 'before')] })).toBe(true)
    for (const held of ['comes late', 'is lost'] as const) {
      proxy.hang()
      const began = systemClock.elapsedMilliseconds()
      const givenUp = { kind: 'unavailable', passes: true }
      await Promise.all([
        expect(store.get(bytes('a'))).rejects.toMatchObject(givenUp),
        ...['a', 'b', 'c'].map((key) =>
          expect(write(store, { put: [put(key)] })).rejects.toMatchObject(givenUp),
        ),
      ])
      expect(systemClock.elapsedMilliseconds() - began).toBeLessThan(5000)
      proxy.heal(held)
      expect(await write(store, { put: [put('a', held)] })).toBe(true)
      expect(await valueOf(store, 'a')).toBe(held)
    }
  })

  test('a newer table is refused', async () => {
    await using nodes = await openNodes(1)
    const admin = clientOf(nodes.server)
    await admin.connect()
    await admin.query('update holdfast_format set version = 2')
    await admin.end()
    await expect(openPostgresql({ servers: [nodes.server] })).rejects.toThrow('is of version 2')
  })

  test('nodes that start at the same time make one table', async () => {
    await using nodes = await openNodes(8)
    await Promise.all(nodes.stores.map((store, index) => write(store, { put: [put(`key ${index}`)] })))
    expect(await scan(nodes.stores[0] as OrderedStore, '', 'z')).toHaveLength(8)
  })

  test('a server that is not there is an unavailable fault', async () => {
    await expect(
      openPostgresql({ servers: [{ host: '/nowhere', user: 'x', database: 'x', password: async () => '' }] }),
    ).rejects.toMatchObject({
      name: 'StorageFault',
      kind: 'unavailable',
    })
  })
})

describe.skipIf(postgresqlPrograms() === undefined)(
  'a PostgreSQL server that crashes',
  { timeout: 60_000 },
  () => {
    test('has what was acknowledged when it starts again, and the store goes on', async () => {
      await using cluster = await startPostgresql()
      await using store = await openPostgresql({ servers: [await cluster.newDatabase()] })
      const acknowledged: string[] = []
      const over = new AbortController()
      const writing = Array.from({ length: 8 }, async (_, writer) => {
        for (let round = 0; !over.signal.aborted; round++) {
          const keys = ['a', 'b'].map((half) => `${writer} ${String(round).padStart(5, '0')} ${half}`)
          const isDone = await write(store, { put: keys.map((key) => put(key)) }).catch(() => false)
          if (isDone) acknowledged.push(...keys)
        }
      })
      for (let kill = 0; kill < 3; kill++) {
        await new Promise((resolve) => setTimeout(resolve, 300))
        await cluster.kill()
        await cluster.start()
      }
      over.abort()
      await Promise.all(writing)
      const there = await scan(store, '', 'z', 1_000_000)
      const names = new Set(there)
      expect(acknowledged.length).toBeGreaterThan(100)
      expect(acknowledged.filter((key) => !names.has(key))).toEqual([])
      // Both halves of each commit, or none.
      expect(there.filter((key) => !names.has(key.slice(0, -1) + (key.endsWith('a') ? 'b' : 'a')))).toEqual(
        [],
      )
    })
  },
)

test('locks are whole numbers that a double holds, and never the gate', () => {
  const ids = Array.from({ length: 10_000 }, (_, index) => lockId(Buffer.from(`bucket/key ${index}`)))
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.every((id) => Number.isSafeInteger(2 * id + 1) && id > 0)).toBe(true)
})
