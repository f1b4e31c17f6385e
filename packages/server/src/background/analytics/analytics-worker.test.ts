import { beforeEach, describe, expect, it } from 'vitest'
import { MovableClock } from '../../base/clock.ts'
import { DAY_MILLISECONDS } from '../../base/day.ts'
import { silentLog } from '../../base/log.ts'
import { openMemory } from '../../metadata/engines/memory.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import {
  analyses,
  analysisDays,
  analysisTraffic,
  analysisWalks,
} from '../../metadata/tables/analytics-tables.ts'
import type { BucketRow, ObjectRow } from '../../metadata/tables/rows.ts'
import { bucketDocuments, buckets, current } from '../../metadata/tables/tables.ts'
import { transact } from '../../metadata/transaction.ts'
import type { AnalyticsConfiguration } from '../../model/types.gen.ts'
import { AnalyzedTraffic } from '../../s3/shared/analyzing/analyzed-traffic.ts'
import { DocumentCache } from '../../s3/shared/service/document-cache.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { AnalyticsWorker } from './analytics-worker.ts'
import { TrafficWorker } from './traffic-worker.ts'

const BUCKET = 'bucket-id'
const LARGE = 128 * 1024
const STEP_ROWS = 100
let store: OrderedStore
let clock: MovableClock
let documents = 0

beforeEach(() => {
  store = openMemory()
  clock = new MovableClock(new Date('2030-06-01T12:00:00Z'))
})

/** Of a process of its own. */
function serviceOf(metadata = store): S3Service {
  return {
    stores: { metadata },
    settings: { dayMilliseconds: DAY_MILLISECONDS },
    clock,
    documents: new DocumentCache(),
    identities: { glance: () => Promise.resolve() },
    analyzedTraffic: new AnalyzedTraffic(clock, DAY_MILLISECONDS),
  } as unknown as S3Service
}

/** The store, whose commits are made by `make`. */
function committing(make: (commit: () => Promise<unknown>) => Promise<unknown>): OrderedStore {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      const bound = member.bind(target) as (...args: unknown[]) => Promise<unknown>
      return name === 'commit' ? (...args: unknown[]) => make(() => bound(...args)) : bound
    },
  })
}

const workerOf = (service = serviceOf()) => new AnalyticsWorker(service, silentLog, STEP_ROWS)
const step = (worker: AnalyticsWorker) => worker.step(new AbortController().signal)

async function pass(worker = workerOf()): Promise<void> {
  while ((await step(worker)) === 'progressed');
}

type Filter = AnalyticsConfiguration['Filter']

/** Configures a bucket anew: filters by their ids. */
function configure(filters: readonly (readonly [id: string, filter: Filter])[]): Promise<void> {
  const id = `document-${documents++}`
  const text = JSON.stringify(filters.map(([Id, Filter]) => ({ Id, StorageClassAnalysis: {}, Filter })))
  const row = { id: BUCKET, ownerAccountId: '100000000001', documents: { analytics: id } }
  return transact(store, async (transaction) => {
    transaction.put(buckets, ['bucket'], row as unknown as BucketRow)
    transaction.put(bucketDocuments, [BUCKET, 'analytics', id], { text })
  })
}

async function fill(keys: readonly string[]): Promise<void> {
  const modifiedMilliseconds = clock.now().getTime()
  const row = { sizeBytes: LARGE, modifiedMilliseconds, content: { kind: 'empty' } }
  await transact(store, async (transaction) => {
    for (const key of keys) transaction.put(current, [BUCKET, key], row as unknown as ObjectRow)
  })
}

const keysOf = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, at) => `${prefix}${String(at).padStart(4, '0')}`)

/** What the records of a configuration tell of STANDARD. */
async function recorded(id = 'one') {
  const entries = await store.scan({ ...analysisDays.range(BUCKET, id), limit: 1000 })
  return entries.map((entry) => {
    const { STANDARD } = analysisDays.decode(entry).classes
    return [STANDARD?.objects, STANDARD?.storedBytes[0], STANDARD?.requests[12]]
  })
}

async function rowsLeft(): Promise<number> {
  const tables = [analyses, analysisDays, analysisTraffic, analysisWalks]
  const found = await Promise.all(tables.map((table) => store.scan({ ...table.range(), limit: 1000 })))
  return found.flat().length
}

/** To the first day that is told of. */
async function begin(): Promise<void> {
  await pass()
  clock.advance(DAY_MILLISECONDS)
}

describe('a walk', () => {
  it('that is cut off goes on where it was, in another process', async () => {
    await configure([['one', undefined]])
    await fill(keysOf('k', 950))
    await begin()
    clock.advance(DAY_MILLISECONDS)
    let steps = 0
    // Each step by a process of its own, which ends after it.
    while ((await recorded()).length === 0) {
      await step(workerOf())
      steps++
    }
    expect(steps).toBeGreaterThan(10)
    await pass()
    expect(await recorded()).toEqual([[950, 950 * LARGE, 0]])
  })

  it('counts nothing twice whose commit failed, or was made by another process meanwhile', async () => {
    await configure([['one', undefined]])
    await fill(keysOf('k', 450))
    await begin()
    clock.advance(DAY_MILLISECONDS)
    let calls = 0
    const failing = committing((commit) => {
      if (++calls % 2 === 1) throw new Error('the disk is gone')
      return commit()
    })
    const unlucky = workerOf(serviceOf(failing))
    const other = workerOf()
    for (let at = 0; at < 12; at++) {
      await Promise.allSettled([step(unlucky), step(other), step(other)])
    }
    await pass()
    expect(calls).toBeGreaterThan(4)
    expect(await recorded()).toEqual([[450, 450 * LARGE, 0]])
  })

  it('looks at the keys of its filters alone, each once', async () => {
    await configure([
      ['all-b', { Prefix: 'b' }],
      ['b2', { Prefix: 'b2' }],
      ['d', { Prefix: 'd\u{1f600}' }],
      ['e', { Prefix: 'd\uffee' }],
    ])
    await fill([...keysOf('a', 50), ...keysOf('b1', 120), ...keysOf('b2', 130), ...keysOf('c', 50)])
    await fill([...keysOf('d\u{1f600}', 110), ...keysOf('d\uffee', 10)])
    await begin()
    clock.advance(DAY_MILLISECONDS)
    await pass()
    const counts = await Promise.all(['all-b', 'b2', 'd', 'e'].map(recorded))
    expect(counts.map(([record]) => record?.[0])).toEqual([250, 130, 110, 10])
  })

  it('begins anew where its configurations are others by now', async () => {
    await configure([['one', undefined]])
    await fill(keysOf('k', 450))
    await begin()
    clock.advance(DAY_MILLISECONDS)
    const worker = workerOf()
    for (let at = 0; at < 3; at++) await step(worker)
    await configure([
      ['one', undefined],
      ['two', { Prefix: 'k' }],
    ])
    await pass(worker)
    expect(await recorded()).toEqual([[450, 450 * LARGE, 0]])
    expect(await recorded('two')).toEqual([])
    clock.advance(2 * DAY_MILLISECONDS)
    await pass(worker)
    expect([(await recorded()).length, await recorded('two')]).toEqual([2, [[450, 450 * LARGE, 0]]])
  })

  it.each(['constructor', '__proto__', 'toString'])('is made for a configuration named %s', async (id) => {
    await configure([[id, undefined]])
    await fill(keysOf('k', 150))
    await begin()
    clock.advance(DAY_MILLISECONDS)
    await pass()
    expect(await recorded(id)).toEqual([[150, 150 * LARGE, 0]])
  })
})

describe('what was read', () => {
  const object = { sizeBytes: LARGE, modifiedMilliseconds: 0 }
  const place = { bucketId: BUCKET, configurationIds: ['one'] }

  it('adds up over all processes', async () => {
    await configure([['one', undefined]])
    await begin()
    const services = [serviceOf(), serviceOf(), serviceOf()]
    for (let round = 0; round < 4; round++) {
      for (const { analyzedTraffic: traffic } of services) traffic.noteRead(place, object, 10)
      await Promise.all(services.map((service) => new TrafficWorker(service).step()))
    }
    clock.advance(DAY_MILLISECONDS)
    await pass()
    expect(await recorded()).toEqual([[0, 0, 12]])
    expect(await store.scan({ ...analysisTraffic.range(), limit: 10 })).toEqual([])
  })

  it('stays in memory while the store takes no commits', async () => {
    await configure([['one', undefined]])
    await begin()
    const service = serviceOf(committing(() => Promise.reject(new Error('no'))))
    const worker = new TrafficWorker(service)
    service.analyzedTraffic.noteRead(place, object, 10)
    await expect(worker.step()).rejects.toThrow('no')
    service.analyzedTraffic.noteRead(place, object, 10)
    expect(worker.status().left).toBe(1)
    const [pending] = service.analyzedTraffic.take()
    expect(pending?.row.STANDARD?.retrievedBytes[11]).toBe(20)
  })

  it('is told the next day where it comes late, and not at all where it was before the analysis began', async () => {
    await configure([['one', undefined]])
    const service = serviceOf()
    const worker = new TrafficWorker(service)
    service.analyzedTraffic.noteRead(place, object, 10)
    await worker.step()
    await begin()
    service.analyzedTraffic.noteRead(place, object, 10)
    clock.advance(DAY_MILLISECONDS)
    await pass()
    await worker.step()
    clock.advance(DAY_MILLISECONDS)
    await pass()
    expect((await recorded()).map(([, , requests]) => requests)).toEqual([0, 1])
  })

  it('stays in its record where the clock was ahead for a while', async () => {
    await configure([['one', undefined]])
    await begin()
    const service = serviceOf()
    const worker = new TrafficWorker(service)
    const read = async () => {
      service.analyzedTraffic.noteRead(place, object, 10)
      await worker.step()
    }
    await read()
    clock.advance(DAY_MILLISECONDS)
    await pass()
    await read()
    clock.advance(DAY_MILLISECONDS)
    await pass()
    clock.advance(-DAY_MILLISECONDS)
    await pass()
    await read()
    clock.advance(DAY_MILLISECONDS)
    await pass()
    expect(await recorded()).toEqual([
      [0, 0, 1],
      [0, 0, 2],
    ])
  })

  it('of a configuration that is gone leaves nothing, nor does the bucket', async () => {
    await configure([
      ['one', undefined],
      ['two', undefined],
    ])
    await begin()
    clock.advance(DAY_MILLISECONDS)
    await pass()
    const service = serviceOf()
    await configure([['two', undefined]])
    await pass()
    service.analyzedTraffic.noteRead(place, object, 10)
    await new TrafficWorker(service).step()
    await pass()
    expect(await recorded()).toEqual([])
    // How far it is, its walk and its record.
    expect(await rowsLeft()).toBe(3)
    await transact(store, async (transaction) => transaction.remove(buckets, 'bucket'))
    await pass()
    expect(await rowsLeft()).toBe(0)
  })
})

it('keeps records of 400 days', async () => {
  await configure([['one', undefined]])
  await begin()
  for (let day = 0; day < 410; day++) {
    clock.advance(DAY_MILLISECONDS)
    await pass()
  }
  expect(await recorded()).toHaveLength(400)
})
