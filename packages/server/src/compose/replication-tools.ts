import { outboxDestinations } from '../background/events/outbox-destinations.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { outbox } from '../metadata/tables/event-tables.ts'
import type { BucketRow } from '../metadata/tables/rows.ts'
import { buckets } from '../metadata/tables/tables.ts'
import { readableRows } from '../metadata/unreadable-rows.ts'
import {
  countStatuses,
  type Requeued,
  requeueVersions,
} from '../s3/operations/replication/requeue-versions.ts'
import { findBucket } from '../s3/shared/bucket/bucket-row.ts'
import { isReplicationQueue } from '../s3/shared/replicating/replication-queues.ts'
import { isReplicated } from '../s3/shared/replicating/replication-rules.ts'
import type { S3Service } from '../s3/shared/service/service.ts'
import { type StoreForImport, withStoreForImport } from './store-for-import.ts'

export type { Requeued }

/** What waits of a bucket that is replicated. */
export interface WaitingReplication {
  readonly bucket: string
  readonly waiting: number
  /** When the oldest of it was written. */
  readonly since: Date | undefined
}

/** Looks into the replication of a store, and goes on with it, beside its servers or without. */
export class ReplicationTools {
  readonly #service: S3Service

  constructor(service: S3Service) {
    this.#service = service
  }

  /** Of every bucket with a configuration. */
  async waiting(): Promise<readonly WaitingReplication[]> {
    const { metadata } = this.#service.stores
    const queued = await queuedByBucket(metadata)
    const found: WaitingReplication[] = []
    for await (const { parts, row } of readableRows(metadata, buckets, buckets.range())) {
      const { count = 0, oldest } = queued.get(row.id) ?? {}
      const since = oldest === undefined ? undefined : new Date(oldest)
      if (isReplicated(row) || count > 0) found.push({ bucket: parts[0], waiting: count, since })
    }
    return found
  }

  /** How many versions of a bucket have each status. Reads all of them. */
  async statuses(name: string): Promise<ReadonlyMap<string, number>> {
    return countStatuses(this.#service, await this.#bucket(name))
  }

  /** Leaves versions to the servers; returns how many. Throws where the bucket has no configuration. */
  async requeue(name: string, which: Requeued): Promise<number> {
    const bucket = await this.#bucket(name)
    if (!isReplicated(bucket)) throw new Error(`The bucket ${name} has no replication configuration.`)
    return requeueVersions(this.#service, name, bucket, which)
  }

  async #bucket(name: string): Promise<BucketRow> {
    const bucket = await findBucket(this.#service.stores, name)
    if (bucket) return bucket
    throw new Error(`There is no bucket ${name}.`)
  }
}

interface Queued {
  readonly count: number
  readonly oldest: number
}

async function queuedByBucket(metadata: OrderedStore): Promise<Map<string, Queued>> {
  const queued = new Map<string, Queued>()
  for await (const queue of outboxDestinations(metadata)) {
    if (!isReplicationQueue(queue)) continue
    for await (const { row } of readableRows(metadata, outbox, outbox.range(queue))) {
      const { count = 0, oldest = row.createdMilliseconds } = queued.get(row.bucketId) ?? {}
      queued.set(row.bucketId, { count: count + 1, oldest: Math.min(oldest, row.createdMilliseconds) })
    }
  }
  return queued
}

/** Opens a data folder for that. */
export function withReplicationTools(
  options: StoreForImport,
  use: (tools: ReplicationTools) => Promise<void>,
): Promise<void> {
  return withStoreForImport(options, (service) => use(new ReplicationTools(service)))
}
