import type { BlobId } from '../blobs/blob-store.ts'
import type { Clock } from '../base/clock.ts'
import { blobReferences, garbage } from '../metadata/tables/tables.ts'
import { transact } from '../metadata/transaction.ts'
import type { ContentPins } from '../s3/shared/content/content-pins.ts'
import type { Stores } from '../s3/shared/content/stores.ts'
import type { ForeignReads } from './foreign-reads.ts'
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
  readonly garbageAdded: () => void
}

/**
 * Finds blobs that no row names: a crash between the bytes and their commit leaves them. They become garbage in a
 * commit that conflicts with every commit that would name them, so that an upload in flight loses nothing.
 */
export class UnreferencedBlobWorker implements Worker {
  readonly name = 'unreferenced-blobs'
  readonly restMilliseconds = GRACE_MILLISECONDS
  readonly #options: SweepOptions
  /** When each suspect was first seen without a row. */
  #suspects = new Map<BlobId, number>()
  #stillSuspect = new Map<BlobId, number>()
  #pass: AsyncIterator<BlobId> | undefined
  #done = 0

  constructor(options: SweepOptions) {
    this.#options = options
  }

  status(): WorkerStatus {
    return { done: this.#done }
  }

  async step(): Promise<'progressed' | 'idle'> {
    this.#pass ??= this.#options.stores.blobs.list()[Symbol.asyncIterator]()
    const ids: BlobId[] = []
    while (ids.length < PAGE) {
      const next = await this.#pass.next()
      if (next.done === true) break
      ids.push(next.value)
    }
    await this.#look(ids)
    if (ids.length === PAGE) return 'progressed'
    this.#pass = undefined
    this.#suspects = this.#stillSuspect
    this.#stillSuspect = new Map()
    return 'idle'
  }

  async #look(ids: readonly BlobId[]): Promise<void> {
    const rows = await this.#options.stores.metadata.getMany(ids.map((id) => blobReferences.key(id)))
    const now = this.#options.clock.now().getTime()
    for (const [index, id] of ids.entries()) {
      if (rows[index]) continue
      const since = this.#suspects.get(id) ?? now
      if (now - since < GRACE_MILLISECONDS || (await this.#isHeld(id))) this.#stillSuspect.set(id, since)
      else await this.#discard(id)
    }
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
      transaction.put(garbage, [id], { kind: 'blob', id })
      this.#done++
    })
    this.#options.garbageAdded()
  }
}
