import { join } from 'node:path'
import { systemClock } from '../../packages/server/src/base/clock.ts'
import { systemRandom } from '../../packages/server/src/base/random.ts'
import { openLmdb } from '../../packages/server/src/metadata/engines/lmdb.ts'
import type { OrderedStore, Put } from '../../packages/server/src/metadata/ordered-store.ts'
import type { ObjectRow } from '../../packages/server/src/metadata/tables/rows.ts'
import {
  buckets,
  current,
  inlineBytes,
  versionHeads,
  versions,
} from '../../packages/server/src/metadata/tables/tables.ts'
import { putOf, readRow } from '../../packages/server/src/metadata/transaction.ts'
import { ContentIds } from '../../packages/server/src/s3/shared/content/content-ids.ts'
import { nextOrder } from '../../packages/server/src/s3/shared/object/version-order.ts'

const ROWS_PER_COMMIT = 5000
export const INLINE_BYTES = 100

/** The store of a server with its data in `directory`; the server may be running. */
export function openStoreOf(directory: string): Promise<OrderedStore> {
  return openLmdb({ path: join(directory, 'data', 'metadata'), random: systemRandom })
}

/** Writes rows straight into a store: by requests so many of them would take hours. */
export class RowWriter implements AsyncDisposable {
  readonly #store: OrderedStore
  readonly #contentIds = new ContentIds({ clock: systemClock, random: systemRandom })
  readonly #bucketId: string
  readonly #row: Omit<ObjectRow, 'sizeBytes' | 'content' | 'modifiedMilliseconds'>
  #put: Put[] = []

  private constructor(store: OrderedStore, bucketId: string, ownerAccountId: string) {
    this.#store = store
    this.#bucketId = bucketId
    // As a PutObject of a small object leaves it.
    this.#row = {
      contentType: 'application/octet-stream',
      etag: '0123456789abcdef0123456789abcdef',
      ownerAccountId,
      checksum: { algorithm: 'CRC64NVME', value: 'AAAAAAAAAAA=', type: 'FULL_OBJECT' },
    }
  }

  static async open(store: OrderedStore, bucketName: string): Promise<RowWriter> {
    const bucket = await readRow(store, buckets, bucketName)
    if (!bucket) throw new Error(`there is no bucket ${bucketName}`)
    return new RowWriter(store, bucket.id, bucket.ownerAccountId)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#flush()
  }

  /** An object with bytes, of a bucket without versioning. */
  async object(key: string, sizeBytes: number, modifiedMilliseconds: number): Promise<void> {
    const id = this.#contentIds.next()
    const row: ObjectRow = { ...this.#row, sizeBytes, modifiedMilliseconds, content: { kind: 'inline', id } }
    this.#put.push(putOf(this.#store, inlineBytes, [id], Buffer.alloc(INLINE_BYTES)))
    await this.#add(putOf(this.#store, current, [this.#bucketId, key], row))
  }

  /** A key with so many versions without bytes, the newest of them made last. */
  async versions(key: string, count: number): Promise<void> {
    let order: string | undefined
    for (let version = 1; version <= count; version++) {
      const made = new Date(Date.UTC(2026, 0, 1) + version)
      order = nextOrder(made, systemRandom, order)
      const modifiedMilliseconds = made.getTime()
      const row: ObjectRow = {
        ...this.#row,
        sizeBytes: 0,
        modifiedMilliseconds,
        content: { kind: 'empty' },
        order,
      }
      if (version < count) await this.#add(putOf(this.#store, versions, [this.#bucketId, key, order], row))
      else await this.#add(putOf(this.#store, current, [this.#bucketId, key], row))
    }
    if (order === undefined) return
    await this.#add(putOf(this.#store, versionHeads, [this.#bucketId, key], { latestOrder: order }))
  }

  async #add(put: Put): Promise<void> {
    this.#put.push(put)
    if (this.#put.length >= ROWS_PER_COMMIT) await this.#flush()
  }

  async #flush(): Promise<void> {
    await this.#store.commit({ expect: [], put: this.#put, remove: [] })
    this.#put = []
  }
}
