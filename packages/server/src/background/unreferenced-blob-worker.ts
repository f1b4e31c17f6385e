import type { BlobId } from '../blobs/blob-store.ts'
import type { Clock } from '../base/clock.ts'
import type { GarbageRow } from '../metadata/tables/rows.ts'
import { blobBatches } from '../metadata/tables/identity-tables.ts'
import { blobReferences, garbage } from '../metadata/tables/tables.ts'
import { transact } from '../metadata/transaction.ts'
import { batchOf } from '../s3/shared/content/blob-batches.ts'
import type { ContentPins } from '../s3/shared/content/content-pins.ts'
import type { Stores } from '../s3/shared/content/stores.ts'
import type { ForeignReads } from './foreign-reads.ts'
import { namedBlobs } from './named-blobs.ts'
import { forgetBatches } from './old-batches.ts'
import { tendQuarantine } from './tend-quarantine.ts'
import type { Worker, WorkerStatus } from './worker.ts'

/** Blobs looked at in one step. */
const PAGE = 256

/** A blob without a row may be an upload just before its commit, so it has to stay without one for so long; or pinned. */
const GRACE_MILLISECONDS = 15 * 60 * 1000

export interface SweepOptions {
  readonly stores: Stores
  readonly clock: Clock
  readonly pins: ContentPins
  /** Absent where no other process can share the store. */
  readonly foreignReads: Pick<ForeignReads, 'mayBeRead'> | undefined
  /** Whether blobs have come further than the metadata, which then cannot say what is nobody's. Default: never. */
  readonly isMetadataOlder?: (() => Promise<boolean>) | undefined
  readonly garbageAdded: () => void
}

/**
 * Finds blobs that no row names. Those of a batch that is known are what a crash left between the bytes and their commit,
 * and are freed; of all others nobody knows whose they are, and they are set aside for a week. Both become garbage in a
 * commit that conflicts with every commit that would name them, so that an upload in flight loses nothing.
 */
export class UnreferencedBlobWorker implements Worker {
  readonly name = 'unreferenced-blobs'
  readonly restMilliseconds = GRACE_MILLISECONDS
  readonly #options: SweepOptions
  /** When each suspect was first seen without a row. */
  #suspects = new Map<BlobId, number>()
  #stillSuspect = new Map<BlobId, number>()
  #pass: { readonly ids: AsyncIterator<BlobId>; readonly startedMilliseconds: number } | undefined
  /** Batches of all that this pass saw without a row. */
  #batchesSeen = new Set<string>()
  /** Which of the suspects are named after all: the row that counts them is lost. Looked up once a pass, if at all. */
  #named: Promise<ReadonlySet<BlobId> | undefined> | undefined
  #done = 0

  constructor(options: SweepOptions) {
    this.#options = options
  }

  status(): WorkerStatus {
    return { done: this.#done }
  }

  async step(): Promise<'progressed' | 'idle'> {
    this.#pass ??= await this.#begin()
    if (!this.#pass) return 'idle'
    const ids: BlobId[] = []
    while (ids.length < PAGE) {
      const next = await this.#pass.ids.next()
      if (next.done === true) break
      ids.push(next.value)
    }
    await this.#look(ids)
    if (ids.length === PAGE) return 'progressed'
    await this.#end(this.#pass.startedMilliseconds)
    return 'idle'
  }

  async #begin() {
    const { stores, clock, isMetadataOlder } = this.#options
    if (await isMetadataOlder?.()) return undefined
    await tendQuarantine(stores, clock)
    this.#batchesSeen = new Set()
    const ids = stores.blobs.list()[Symbol.asyncIterator]()
    return { ids, startedMilliseconds: clock.now().getTime() }
  }

  async #end(startedMilliseconds: number): Promise<void> {
    this.#pass = undefined
    this.#named = undefined
    this.#suspects = this.#stillSuspect
    this.#stillSuspect = new Map()
    const { metadata, blobs } = this.#options.stores
    // A place that is away was not looked at, and has blobs of any batch.
    if ((await blobs.awayPlaces()).length > 0) return
    await forgetBatches(metadata, startedMilliseconds, this.#batchesSeen)
  }

  async #look(ids: readonly BlobId[]): Promise<void> {
    const rows = await this.#options.stores.metadata.getMany(ids.map((id) => blobReferences.key(id)))
    const now = this.#options.clock.now().getTime()
    for (const [index, id] of ids.entries()) {
      if (rows[index]) continue
      this.#batchesSeen.add(batchOf(id))
      const since = this.#suspects.get(id) ?? now
      if (now - since < GRACE_MILLISECONDS || (await this.#isKept(id))) this.#stillSuspect.set(id, since)
      else await this.#discard(id)
    }
  }

  async #isKept(id: BlobId): Promise<boolean> {
    if (await this.#isHeld(id)) return true
    this.#named ??= namedBlobs(this.#options.stores.metadata, this.#suspects)
    this.#named.catch(() => (this.#named = undefined))
    const named = await this.#named
    // While any row cannot be read nobody knows what it names.
    return named === undefined || named.has(id)
  }

  /** Whether this process or another still works on it. */
  async #isHeld(id: BlobId): Promise<boolean> {
    const { pins, foreignReads } = this.#options
    return pins.isPinned(id) || ((await foreignReads?.mayBeRead(id)) ?? false)
  }

  async #discard(id: BlobId): Promise<void> {
    await transact(this.#options.stores.metadata, async (transaction) => {
      if (await transaction.get(blobReferences, id)) return
      if (await transaction.get(garbage, id)) return
      const isExplained = (await transaction.get(blobBatches, batchOf(id))) !== undefined
      const kind: GarbageRow['kind'] = isExplained ? 'blob' : 'strangeBlob'
      transaction.put(garbage, [id], { kind, id })
      this.#done++
    })
    this.#options.garbageAdded()
  }
}
