import { StorageFault } from '../base/storage-fault.ts'
import { justAfter } from '../metadata/just-after.ts'
import type { Entry } from '../metadata/ordered-store.ts'
import type { GarbageRow } from '../metadata/tables/rows.ts'
import { annotations, annotationSets } from '../metadata/tables/annotation-tables.ts'
import { garbage, partChanges, partLists, parts, uploads } from '../metadata/tables/tables.ts'
import { transact, type Transaction } from '../metadata/transaction.ts'
import type { TupleRange } from '../metadata/tuple.ts'
import { UnreadableRow } from '../metadata/unreadable-row.ts'
import { passOver, readable } from '../metadata/unreadable-rows.ts'
import type { ContentPins } from '../s3/shared/content/content-pins.ts'
import { unlinkContent } from '../s3/shared/content/link-content.ts'
import type { Stores } from '../s3/shared/content/stores.ts'
import type { ForeignReads } from './foreign-reads.ts'
import { pagesOf } from '../metadata/entries-of.ts'
import type { Worker, WorkerStatus } from './worker.ts'

/** What becomes of one entry that garbage names. */
type FreeEntry = (transaction: Transaction, entry: Entry) => Promise<void>

/** Rows handled in one step, and rows unlinked in one commit. */
const PAGE = 100

const MOST_REST_MILLISECONDS = 30_000

/**
 * Frees what commits let go of. Each row of the garbage table is one thing; it is removed after what it names, so that
 * a crash only repeats work. What someone still reads, in this process or another, waits; and so do all blobs
 * while a backup is under way.
 */
export class GarbageWorker implements Worker {
  readonly name = 'garbage'
  readonly #stores: Stores
  readonly #pins: ContentPins
  readonly #foreignReads: ForeignReads | undefined
  #done = 0
  #position: Uint8Array | undefined
  /** Whether blobs wait, for a backup. */
  #sparesBlobs = false
  /** The other processes, as of this step. */
  #others: Promise<ReadonlySet<string>> | undefined
  /** What was announced to be read, as of this step. */
  #announced: Promise<ReadonlySet<string>> | undefined

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
    this.#sparesBlobs = entries.length > 0 && ((await this.#foreignReads?.isBackedUp()) ?? false)
    const last = entries.at(-1)
    // Past the last row the next step begins anew.
    this.#position = last && entries.length === PAGE ? justAfter(last.key) : undefined
    this.#others = undefined
    this.#announced = undefined
    const outcomes = await Promise.all(entries.map((entry) => this.#free(entry)))
    return outcomes.includes(true) || this.#position ? 'progressed' : 'idle'
  }

  /** Whether it did anything. */
  async #free(entry: Entry): Promise<boolean> {
    const row = readable(this.#stores.metadata, garbage, entry)?.row
    if (!row) return false
    if (this.#pins.isPinned(row.id)) return false
    if (this.#sparesBlobs && (row.kind === 'blob' || row.kind === 'strangeBlob')) return false
    if (await this.#mayBeRead(row)) return false
    try {
      if (!(await this.#freeContents(row))) return false
    } catch (error) {
      // Its disk is away. It keeps its row until that is back, and holds up nothing else.
      if (error instanceof StorageFault && error.kind === 'away') return false
      throw error
    }
    await transact(this.#stores.metadata, async (transaction) => {
      await transaction.get(garbage, row.id)
      transaction.remove(garbage, row.id)
      if (row.kind === 'upload') transaction.remove(partChanges, row.id)
      if (row.kind === 'annotations') transaction.remove(annotationSets, row.id)
    })
    this.#done++
    return true
  }

  /** Whether another process may be reading what would be gone before its end. */
  async #mayBeRead({ kind, id }: GarbageRow): Promise<boolean> {
    const isBlob = kind === 'blob' || kind === 'strangeBlob'
    if (!this.#foreignReads || (kind !== 'parts' && !isBlob)) return false
    this.#others ??= this.#foreignReads.others()
    const isOpenedOnce = isBlob && this.#stores.blobs.removalEndsReads !== true
    if (!isOpenedOnce) return this.#foreignReads.mayBeRead(id, this.#others)
    // A file is opened once, unless it was announced before that it is not.
    this.#announced ??= this.#foreignReads.announced(this.#others)
    return (await this.#announced).has(id) && this.#foreignReads.isRead(id, this.#others)
  }

  /** False where a row cannot be read that tells of something: then nobody knows all there is to free. */
  async #freeContents(row: GarbageRow): Promise<boolean> {
    switch (row.kind) {
      case 'blob':
        await this.#stores.blobs.remove(row.id)
        return true
      case 'strangeBlob':
        await this.#stores.blobs.quarantine.add(row.id)
        return true
      case 'parts':
        return this.#freePartLists(row.id)
      case 'annotations':
        return this.#freeAnnotations(row.bucketId, row.id)
      case 'upload':
        return this.#freeParts(row.id, row.bucketId)
      case 'bucket':
        return this.#freeUploads(row.id)
    }
  }

  async #freePartLists(contentId: string): Promise<boolean> {
    const { start, end } = partLists.range(contentId)
    return this.#freeRange({ start, end }, 1, async (transaction, entry) => {
      const key = partLists.parts(entry.key)
      const list = await transaction.get(partLists, ...key)
      for (const part of list?.parts ?? []) await unlinkContent(transaction, part.content)
      transaction.remove(partLists, ...key)
    })
  }

  async #freeParts(uploadId: string, bucketId: string | undefined): Promise<boolean> {
    return this.#freeRange(parts.range(uploadId), PAGE, async (transaction, entry) => {
      const key = parts.parts(entry.key)
      const part = await transaction.get(parts, ...key)
      if (part) await unlinkContent(transaction, part.content)
      if (part && bucketId !== undefined) transaction.usageOf(bucketId).partBytes -= part.sizeBytes
      transaction.remove(parts, ...key)
    })
  }

  async #freeAnnotations(bucketId: string, id: string): Promise<boolean> {
    return this.#freeRange(annotations.range(bucketId, id), PAGE, async (transaction, entry) => {
      const key = annotations.parts(entry.key)
      const annotation = await transaction.get(annotations, ...key)
      if (annotation) await unlinkContent(transaction, annotation.content)
      if (annotation) transaction.usageOf(bucketId).bytes -= annotation.sizeBytes
      transaction.remove(annotations, ...key)
    })
  }

  async #freeUploads(bucketId: string): Promise<boolean> {
    return this.#freeRange(uploads.range(bucketId), PAGE, async (transaction, entry) => {
      const [, key, uploadId] = uploads.parts(entry.key)
      transaction.remove(uploads, bucketId, key, uploadId)
      transaction.put(garbage, [uploadId], { kind: 'upload', id: uploadId })
    })
  }

  /** Handles all entries, `page` of them in a commit; a page with a row that cannot be read one by one. */
  async #freeRange({ start, end }: TupleRange, page: number, free: FreeEntry): Promise<boolean> {
    const { metadata } = this.#stores
    let isWhole = true
    for await (const entries of pagesOf(metadata, { start, end }, page)) {
      try {
        await this.#commit(entries, free)
      } catch (error) {
        if (!(error instanceof UnreadableRow)) throw error
        for (const entry of entries) isWhole = (await this.#tryToCommit(entry, free)) && isWhole
      }
    }
    return isWhole
  }

  async #tryToCommit(entry: Entry, free: FreeEntry): Promise<boolean> {
    try {
      await this.#commit([entry], free)
      return true
    } catch (error) {
      passOver(this.#stores.metadata, error)
      return false
    }
  }

  #commit(entries: readonly Entry[], free: FreeEntry): Promise<void> {
    return transact(this.#stores.metadata, async (transaction) => {
      for (const entry of entries) await free(transaction, entry)
    })
  }
}
