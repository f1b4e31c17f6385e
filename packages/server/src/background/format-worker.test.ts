import { beforeEach, expect, it } from 'vitest'
import { MovableClock } from '../base/clock.ts'
import { silentLog } from '../base/log.ts'
import { openMemory } from '../metadata/engines/memory.ts'
import { type OrderedStore, usingReserve } from '../metadata/ordered-store.ts'
import { checkFormat, claimFormat, FORMAT_VERSION, NewerFormatError } from '../metadata/store-format.ts'
import type { ObjectRow } from '../metadata/tables/rows.ts'
import { buckets, current, formatTable, mfaUses } from '../metadata/tables/tables.ts'
import { serverProcesses } from '../metadata/tables/worker-tables.ts'
import { readRow, transact } from '../metadata/transaction.ts'
import { putInline, readInline, readManyInline, removeInline } from '../s3/shared/content/inline-bytes.ts'
import { FormatWorker } from './format-worker.ts'
import { entriesOf } from '../metadata/entries-of.ts'

const TIMEOUT_MILLISECONDS = 30_000
let clock: MovableClock
let store: OrderedStore

/** A store as version 1 of the format left it, or another. */
async function openOlder(version = 1): Promise<void> {
  store = openMemory()
  await put(async (transaction) => transaction.put(formatTable, [], { version }))
  await claimFormat(store)
}

function put(body: Parameters<typeof transact<void>>[1]): Promise<void> {
  return transact(store, body)
}

/** The first byte of what is written for a row of today. */
async function writtenByte(): Promise<number | undefined> {
  await put(async (transaction) => transaction.put(mfaUses, ['probe'], { timeStep: 1 }))
  return (await store.get(mfaUses.key('probe')))?.value[0]
}

function sayAlive(processId: string, readsFormat?: number): Promise<void> {
  const now = clock.now().getTime()
  return put(async (transaction) =>
    transaction.put(serverProcesses, [processId], {
      startedMilliseconds: now,
      aliveUntilMilliseconds: now + TIMEOUT_MILLISECONDS,
      readsFormat,
    }),
  )
}

function workerOf(metadata: OrderedStore): FormatWorker {
  return new FormatWorker({ metadata, clock, log: silentLog, timeoutMilliseconds: TIMEOUT_MILLISECONDS })
}

async function pass(worker: FormatWorker, milliseconds: number): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += 10_000) {
    clock.advance(10_000)
    await sayAlive('this', FORMAT_VERSION)
    await worker.step()
  }
}

beforeEach(async () => {
  clock = new MovableClock(new Date(Date.UTC(2026, 0, 1)))
  await openOlder()
})

it('a new store has the format of today at once', async () => {
  store = openMemory()
  await claimFormat(store)
  expect(await readRow(store, formatTable)).toEqual({ version: FORMAT_VERSION })
  expect(await writtenByte()).toBe(2)
})

it('a store of a later format is refused, by programs of any age', async () => {
  await put(async (transaction) => transaction.put(formatTable, [], { version: 4 }))
  await expect(claimFormat(store)).rejects.toThrow(NewerFormatError)
  await expect(checkFormat(store)).rejects.toThrow(NewerFormatError)
  // Version 1 reads nothing but this.
  expect(Buffer.from((await store.get(formatTable.key()))?.value ?? []).toString()).toBe(
    '\u0001{"version":4}',
  )
})

it('an older store is written as it was while an older process lives, then as of today', async () => {
  const worker = workerOf(store)
  await sayAlive('older')
  await pass(worker, 20_000)
  expect(await writtenByte()).toBe(1)
  await sayAlive('older')
  await pass(worker, 50_000)
  expect(await writtenByte()).toBe(1)
  // It has been silent for long enough to be dead, and none was seen since.
  await pass(worker, 80_000)
  expect(await writtenByte()).toBe(2)
  expect(await readRow(store, formatTable)).toEqual({ version: FORMAT_VERSION })
})

it('a store of version 2 is written as that while a process lives that reads no more, then smaller', async () => {
  await openOlder(2)
  const row: ObjectRow = {
    etag: 'aed563ecafb4bcc5654c597a421547b2',
    sizeBytes: 1,
    modifiedMilliseconds: 1,
    ownerAccountId: '111122223333',
    contentType: 'text/plain',
    encryption: { kind: 'AES256' },
    content: { kind: 'empty' },
  }
  const written = async () => {
    await put(async (transaction) => transaction.put(current, ['b', 'key'], row))
    expect(await readRow(store, current, 'b', 'key')).toEqual(row)
    return (await store.get(current.key('b', 'key')))?.value.length
  }
  const worker = workerOf(store)
  await sayAlive('older', 2)
  await pass(worker, 20_000)
  const before = await written()
  expect(before).toBe(current.encode(current.key('b', 'key'), row, 2).length)
  expect(await readRow(store, formatTable)).toEqual({ version: 2 })
  await pass(worker, 110_000)
  expect(await written()).toBe((before ?? 0) - 8 - 9)
  expect(await readRow(store, formatTable)).toEqual({ version: 3 })
})

it('a view of an older store writes as the store does', async () => {
  await transact(usingReserve(store), async (transaction) => {
    transaction.put(mfaUses, ['probe'], { timeStep: 1 })
  })
  expect((await store.get(mfaUses.key('probe')))?.value[0]).toBe(1)
})

it('an older process that died while the clock was ahead keeps no format', async () => {
  const worker = workerOf(store)
  const right = clock.now()
  clock.advance(2 * 3_600_000)
  await sayAlive('older')
  clock.set(right)
  await pass(worker, 80_000)
  expect(await writtenByte()).toBe(2)
})

it('an older process that comes while others wait makes them wait anew', async () => {
  const worker = workerOf(store)
  await pass(worker, 50_000)
  await sayAlive('older')
  await pass(worker, 50_000)
  expect(await writtenByte()).toBe(1)
})

it('a process learns that another raised the format', async () => {
  const other: OrderedStore = { ...bound(store) }
  await checkFormat(other)
  await pass(workerOf(other), 80_000)
  expect(await writtenByte()).toBe(1)
  await workerOf(store).step()
  expect(await writtenByte()).toBe(2)
})

function bound(inner: OrderedStore): OrderedStore {
  return {
    get: (key) => inner.get(key),
    getMany: (keys) => inner.getMany(keys),
    scan: (range) => inner.scan(range),
    scanMany: (ranges) => inner.scanMany(ranges),
    snapshot: () => inner.snapshot(),
    commit: (change) => inner.commit(change),
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  }
}

const contentOf = (id: string) => ({ kind: 'inline', id }) as const

it('what an older version wrote stays readable, and goes with its object', async () => {
  const bytes = Buffer.from([2, 0, 1, 2, 3, 4])
  const bucket = { id: 'b', ownerAccountId: 'a', createdMilliseconds: 1, region: 'r' }
  await put(async (transaction) => {
    transaction.put(buckets, ['name'], bucket)
    putInline(transaction, contentOf('old'), bytes)
  })
  await pass(workerOf(store), 80_000)
  await put(async (transaction) => putInline(transaction, contentOf('new'), bytes))
  expect(await readRow(store, buckets, 'name')).toEqual(bucket)
  expect(await readInline(store, contentOf('old'))).toEqual(bytes)
  expect(await readManyInline(store, ['new', 'none', 'old'].map(contentOf))).toEqual([
    bytes,
    undefined,
    bytes,
  ])
  await put(async (transaction) => {
    for (const id of ['old', 'new']) removeInline(transaction, contentOf(id))
  })
  expect(await readInline(store, contentOf('old'))).toBeUndefined()
  expect(await readInline(store, contentOf('new'))).toBeUndefined()
  const keys = []
  for await (const { key } of entriesOf(store, { start: Buffer.of(0), end: Buffer.of(255) }))
    keys.push(key[1])
  expect(keys).not.toContain(7)
  expect(keys).not.toContain(255)
})
