import { StorageFault } from '../base/storage-fault.ts'
import type { Entry } from '../metadata/ordered-store.ts'
import type { GarbageRow } from '../metadata/tables/rows.ts'
import { garbage, partLists, parts, uploads } from '../metadata/tables/tables.ts'
import { transact } from '../metadata/transaction.ts'
import type { ContentPins } from '../s3/shared/content/content-pins.ts'
import { unlinkContent } from '../s3/shared/content/link-content.ts'
import type { Stores } from '../s3/shared/content/stores.ts'
import type { ForeignReads } from './foreign-reads.ts'
import type { Worker, WorkerStatus } from './worker.ts'

/** Rows handled in one step, and rows unlinked in one commit. */
const PAGE = 100

const MOST_REST_MILLISECONDS = 30_000

/**
 * Frees what commits let go of. Each row of the garbage table is one thing; it is removed after what it names, so that
 * a crash only repeats work. What someone still reads, in this process or another, waits.
 */
export class GarbageWorker implements Worker {
  readonly name = 'garbage'
  readonly #stores: Stores
  readonly #pins: ContentPins
  readonly #foreignReads: ForeignReads | undefined
  #done = 0
  #position: Uint8Array | undefined

  /** `foreignReads` is absent where no other process can share the store. */
  constructor(stores: Stores, pins: ContentPins, foreignReads?: ForeignReads) {
    this.#stores = stores
    this.#pins = pins
    this.#foreignReads = foreignReads
  }

  get restMilliseconds(): number {
    return Math.min(MOST_REST_MILLISECONDS, this.#foreignReads?.graceMilliseconds ?? Infinity)
  }

  status(): WorkerStatus {
    return { done: this.#done }
  }

  async step(): Promise<'progressed' | 'idle'> {
    const { start, end } = garbage.range()
    const from = this.#position ?? start
    const entries = await this.#stores.metadata.scan({ start: from, end, limit: PAGE })
    const last = entries.at(-1)
    // Past the last row the next step begins anew.
    this.#position = last && entries.length === PAGE ? Buffer.concat([last.key, Buffer.of(0)]) : undefined
    const outcomes = await Promise.all(entries.map((entry) => this.#free(entry)))
    return outcomes.includes(true) || this.#position ? 'progressed' : 'idle'
  }

  /** Whether it did anything. */
  async #free(entry: Entry): Promise<boolean> {
    const row = garbage.decode(entry)
    if (this.#pins.isPinned(row.id)) return false
    if (row.kind === 'parts' && (await this.#foreignReads?.mayBeRead(row.id))) return false
    try {
      await this.#freeContents(row)
    } catch (error) {
      // Its disk is away. It keeps its row until that is back, and holds up nothing else.
      if (error instanceof StorageFault && error.kind === 'away') return false
      throw error
    }
    await transact(this.#stores.metadata, async (transaction) => {
      await transaction.get(garbage, row.id)
      transaction.remove(garbage, row.id)
    })
    this.#done++
    return true
  }

  #freeContents(row: GarbageRow): Promise<void> {
    switch (row.kind) {
      case 'blob':
        return this.#stores.blobs.remove(row.id)
      case 'strangeBlob':
        return this.#stores.blobs.quarantine.add(row.id)
      case 'parts':
        return this.#freePartLists(row.id)
      case 'upload':
        return this.#freeParts(row.id)
      case 'bucket':
        return this.#freeUploads(row.id)
    }
  }

  async #freePartLists(contentId: string): Promise<void> {
    const { start, end } = partLists.range(contentId)
    for (;;) {
      const [entry] = await this.#stores.metadata.scan({ start, end, limit: 1 })
      if (!entry) return
      await transact(this.#stores.metadata, async (transaction) => {
        const key = partLists.parts(entry.key)
        const list = await transaction.get(partLists, ...key)
        for (const part of list?.parts ?? []) await unlinkContent(transaction, part.content)
        transaction.remove(partLists, ...key)
      })
    }
  }

  async #freeParts(uploadId: string): Promise<void> {
    const { start, end } = parts.range(uploadId)
    for (;;) {
      const entries = await this.#stores.metadata.scan({ start, end, limit: PAGE })
      if (entries.length === 0) return
      await transact(this.#stores.metadata, async (transaction) => {
        for (const entry of entries) {
          const key = parts.parts(entry.key)
          const part = await transaction.get(parts, ...key)
          if (part) await unlinkContent(transaction, part.content)
          transaction.remove(parts, ...key)
        }
      })
    }
  }

  async #freeUploads(bucketId: string): Promise<void> {
    const { start, end } = uploads.range(bucketId)
    for (;;) {
      const entries = await this.#stores.metadata.scan({ start, end, limit: PAGE })
      if (entries.length === 0) return
      await transact(this.#stores.metadata, async (transaction) => {
        for (const entry of entries) {
          const [, key, uploadId] = uploads.parts(entry.key)
          transaction.remove(uploads, bucketId, key, uploadId)
          transaction.put(garbage, [uploadId], { kind: 'upload', id: uploadId })
        }
      })
    }
  }
}
