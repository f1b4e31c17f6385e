import type { Clock } from '../base/clock.ts'
import { entriesOf } from '../metadata/entries-of.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import type { UploadRow } from '../metadata/tables/rows.ts'
import { outbox } from '../metadata/tables/event-tables.ts'
import { isReplicationQueue } from '../s3/shared/replicating/replication-queues.ts'
import { outboxDestinations } from './events/outbox-destinations.ts'
import { buckets, garbage, parts, uploads } from '../metadata/tables/tables.ts'
import type { Stores } from '../s3/shared/content/stores.ts'
import { backupPoints, damages } from '../metadata/tables/worker-tables.ts'
import { type FullestQuotas, fullestQuotas } from './usage/fullest-quotas.ts'
import { type LargestBuckets, largestBuckets } from './usage/bucket-usages.ts'
import { readableRows } from '../metadata/unreadable-rows.ts'

/** What a store holds besides its objects. */
export interface StoreUsage {
  readonly openUploads: number
  /** Of those buckets that have been counted. */
  readonly openUploadBytes: number
  readonly garbageRows: number
  readonly damagedContents: number
  readonly undeliveredEvents: number
  readonly quarantinedBlobs: number
  readonly backups: readonly BackupState[]
  readonly buckets: LargestBuckets
  readonly quotas: FullestQuotas
}

/** A backup that the store was put into. */
export interface BackupState {
  readonly id: string
  /** When its newest moment was. */
  readonly takenMilliseconds: number
}

export interface OpenUpload {
  readonly bucketId: string
  readonly key: string
  readonly uploadId: string
  readonly row: UploadRow
  readonly partCount: number
  readonly sizeBytes: number
}

/** Every open upload with what its parts hold, some hundred rows at a time. */
export async function* openUploads(metadata: OrderedStore): AsyncGenerator<OpenUpload> {
  for await (const { parts: place, row } of readableRows(metadata, uploads)) {
    const [bucketId, key, uploadId] = place
    let partCount = 0
    let sizeBytes = 0
    for await (const part of readableRows(metadata, parts, parts.range(uploadId))) {
      partCount++
      sizeBytes += part.row.sizeBytes
    }
    yield { bucketId, key, uploadId, row, partCount, sizeBytes }
  }
}

/** The names of all buckets by their ids. */
export async function bucketNames(metadata: OrderedStore): Promise<Map<string, string>> {
  const names = new Map<string, string>()
  for await (const { row, parts: place } of readableRows(metadata, buckets)) names.set(row.id, place[0])
  return names
}

async function measureUsage({ metadata, blobs }: Stores, mostBuckets: number): Promise<StoreUsage> {
  const held = await largestBuckets(metadata, mostBuckets)
  return {
    openUploads: await countUploads(metadata),
    openUploadBytes: held.largest.reduce((sum, { usage }) => sum + usage.partBytes, held.others.partBytes),
    garbageRows: await countOf(metadata, garbage.range()),
    damagedContents: await countOf(metadata, damages.range()),
    undeliveredEvents: await countEvents(metadata),
    quarantinedBlobs: await quarantinedBlobs(blobs),
    backups: await backupStates(metadata),
    buckets: held,
    quotas: await fullestQuotas(metadata, mostBuckets),
  }
}

async function countUploads(metadata: OrderedStore): Promise<number> {
  let count = 0
  for await (const _ of readableRows(metadata, uploads)) count++
  return count
}

async function countEvents(metadata: OrderedStore): Promise<number> {
  let count = 0
  for await (const destination of outboxDestinations(metadata))
    if (!isReplicationQueue(destination)) count += await countOf(metadata, outbox.range(destination))
  return count
}

async function backupStates(metadata: OrderedStore): Promise<BackupState[]> {
  const found: BackupState[] = []
  for await (const { parts: place, row } of readableRows(metadata, backupPoints))
    if (row.takenMilliseconds !== undefined)
      found.push({ id: place[0], takenMilliseconds: row.takenMilliseconds })
  return found
}

async function quarantinedBlobs({ quarantine }: Stores['blobs']): Promise<number> {
  let count = 0
  for await (const _ of quarantine.list()) count++
  return count
}

/** A measurement is kept for so many times as long as it took: of a store with millions of rows to count it takes seconds. */
const KEPT_PER_MEASUREMENT = 20

/** Measures again only when the last time was a while ago. */
export class UsageMeter {
  readonly #stores: Stores
  readonly #clock: Clock
  readonly #mostBuckets: number
  readonly #leastKeptMilliseconds: number
  #usage: Promise<StoreUsage> | undefined
  #begunMilliseconds = 0
  /** Infinite until it is there: nobody begins a second one meanwhile. */
  #keptMilliseconds = Infinity

  /** `mostBuckets`: how many are told one by one. */
  constructor(stores: Stores, clock: Clock, mostBuckets: number, leastKeptMilliseconds = 15_000) {
    this.#stores = stores
    this.#mostBuckets = mostBuckets
    this.#clock = clock
    this.#leastKeptMilliseconds = leastKeptMilliseconds
  }

  usage(): Promise<StoreUsage> {
    const now = this.#clock.elapsedMilliseconds()
    if (!this.#usage || Math.abs(now - this.#begunMilliseconds) >= this.#keptMilliseconds) {
      this.#begunMilliseconds = now
      this.#keptMilliseconds = Infinity
      this.#usage = this.#measure()
    }
    return this.#usage
  }

  async #measure(): Promise<StoreUsage> {
    try {
      const usage = await measureUsage(this.#stores, this.#mostBuckets)
      const tookMilliseconds = this.#clock.elapsedMilliseconds() - this.#begunMilliseconds
      this.#keptMilliseconds = Math.max(this.#leastKeptMilliseconds, tookMilliseconds * KEPT_PER_MEASUREMENT)
      return usage
    } catch (error) {
      this.#usage = undefined
      throw error
    }
  }
}

export async function countOf(
  metadata: OrderedStore,
  range: Parameters<typeof entriesOf>[1],
): Promise<number> {
  let count = 0
  for await (const _ of entriesOf(metadata, range)) count++
  return count
}

/** An open upload as people know it. */
export interface NamedUpload {
  readonly bucket: string
  readonly key: string
  readonly uploadId: string
  readonly initiated: Date
  readonly parts: number
  readonly sizeBytes: number
}

export async function namedUploads(metadata: OrderedStore): Promise<NamedUpload[]> {
  const names = await bucketNames(metadata)
  const found: NamedUpload[] = []
  for await (const { bucketId, key, uploadId, row, partCount, sizeBytes } of openUploads(metadata)) {
    found.push({
      // Absent: deleted just now, with the upload.
      bucket: names.get(bucketId) ?? '',
      key,
      uploadId,
      initiated: new Date(row.initiatedMilliseconds),
      parts: partCount,
      sizeBytes,
    })
  }
  return found
}
