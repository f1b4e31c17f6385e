import { beforeEach, expect, it } from 'vitest'
import { MovableClock } from '../../base/clock.ts'
import { DAY_MILLISECONDS } from '../../base/day.ts'
import { silentLog } from '../../base/log.ts'
import { openMemory } from '../../metadata/engines/memory.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { analyses, analysisDays } from '../../metadata/tables/analytics-tables.ts'
import { inventoryReports } from '../../metadata/tables/inventory-tables.ts'
import type { BucketDocumentName, BucketRow } from '../../metadata/tables/rows.ts'
import { bucketDocuments, buckets } from '../../metadata/tables/tables.ts'
import { readRow, transact } from '../../metadata/transaction.ts'
import { AnalyzedTraffic } from '../../s3/shared/analyzing/analyzed-traffic.ts'
import { DocumentCache } from '../../s3/shared/service/document-cache.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { InventoryWorker } from '../inventory/inventory-worker.ts'
import type { Worker } from '../worker.ts'
import { AnalyticsWorker } from './analytics-worker.ts'

let store: OrderedStore
let clock: MovableClock

beforeEach(() => {
  store = openMemory()
  clock = new MovableClock(new Date('2030-06-01T12:00:00Z'))
})

/** Of a process that has read nothing yet. */
const newService = () =>
  ({
    stores: { metadata: store },
    settings: { dayMilliseconds: DAY_MILLISECONDS },
    clock,
    documents: new DocumentCache(),
    identities: { glance: () => Promise.resolve() },
    analyzedTraffic: new AnalyzedTraffic(clock, DAY_MILLISECONDS),
  }) as unknown as S3Service

async function pass(worker: Worker = new AnalyticsWorker(newService(), silentLog)): Promise<void> {
  while ((await worker.step(new AbortController().signal)) === 'progressed');
}

/** Destinations are nowhere. */
const DataExport = {
  OutputSchemaVersion: 'V_1',
  Destination: { S3BucketDestination: { Bucket: 'arn:aws:s3:::reports', Format: 'CSV' } },
}

const CONFIGURATIONS = {
  analytics: [{ Id: 'one', StorageClassAnalysis: { DataExport } }],
  inventory: [
    {
      Id: 'one',
      IsEnabled: true,
      IncludedObjectVersions: 'All',
      Destination: DataExport.Destination,
      Schedule: { Frequency: 'Daily' },
    },
  ],
}

async function configure(names: readonly string[], document: keyof typeof CONFIGURATIONS): Promise<void> {
  await transact(store, async (transaction) => {
    for (const name of names) {
      const row = { id: `id-of-${name}`, ownerAccountId: '100000000001', documents: { [document]: name } }
      transaction.put(buckets, [name], row as unknown as BucketRow)
      const text = JSON.stringify(CONFIGURATIONS[document])
      transaction.put(bucketDocuments, [row.id, document as BucketDocumentName, name], { text })
    }
  })
}

/** Takes the last letter away; what there was comes back with `mend`. */
async function damage(key: Uint8Array) {
  const entry = await store.get(key)
  if (!entry) throw new Error('there is nothing to damage')
  const write = (value: Uint8Array) => store.commit({ expect: [], put: [{ key, value }], remove: [] })
  await write(entry.value.slice(0, -1))
  return { mend: () => write(entry.value) }
}

const daysOf = async (name: string) =>
  (await store.scan({ ...analysisDays.range(`id-of-${name}`, 'one'), limit: 10 })).length

it('that are the configurations of a bucket keep no other bucket waiting, and lose nothing', async () => {
  await configure(['a', 'b'], 'analytics')
  await pass()
  clock.advance(2 * DAY_MILLISECONDS)
  await pass()
  const { mend } = await damage(bucketDocuments.key('id-of-a', 'analytics', 'a'))
  clock.advance(DAY_MILLISECONDS)
  await pass()
  expect([await daysOf('a'), await daysOf('b')]).toEqual([1, 2])
  await mend()
  clock.advance(DAY_MILLISECONDS)
  await pass()
  expect([await daysOf('a'), await daysOf('b')]).toEqual([2, 3])
})

it.each([
  ['a bucket', buckets.key('a')],
  ['an analysis', analyses.key('id-of-a', 'one')],
])('that are of %s leave its records', async (_, key) => {
  await configure(['a'], 'analytics')
  await pass()
  clock.advance(2 * DAY_MILLISECONDS)
  await pass()
  const { mend } = await damage(key)
  await pass()
  expect(await daysOf('a')).toBe(1)
  if (key[0] === buckets.key('a')[0]) await mend()
  clock.advance(2 * DAY_MILLISECONDS)
  await pass()
  expect(await daysOf('a')).toBe(2)
})

it('that are of the destination are told as its refusal', async () => {
  await configure(['a', 'reports'], 'analytics')
  await damage(buckets.key('reports'))
  await pass()
  clock.advance(2 * DAY_MILLISECONDS)
  await pass()
  expect((await readRow(store, analyses, 'id-of-a', 'one'))?.refused?.code).toBe('InternalError')
})

it('that are the inventories of a bucket keep no other bucket waiting', async () => {
  await configure(['a', 'b'], 'inventory')
  const worker = () => new InventoryWorker(newService(), silentLog, 10)
  const { mend } = await damage(bucketDocuments.key('id-of-a', 'inventory', 'a'))
  await pass(worker())
  const refusalOf = async (name: string) =>
    (await readRow(store, inventoryReports, `id-of-${name}`, 'one'))?.refused?.code
  expect([await refusalOf('a'), await refusalOf('b')]).toEqual([undefined, 'InvalidArgument'])
  await damage(bucketDocuments.key('id-of-b', 'inventory', 'b'))
  await mend()
  await pass(worker())
  expect([await refusalOf('a'), await refusalOf('b')]).toEqual(['InvalidArgument', 'InvalidArgument'])
})
