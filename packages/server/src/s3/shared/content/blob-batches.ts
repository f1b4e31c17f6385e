import type { Clock } from '../../../base/clock.ts'
import type { Random } from '../../../base/random.ts'
import type { BlobBatch } from '../../../blobs/blob-store.ts'
import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import { blobBatches, storeIdentity } from '../../../metadata/tables/identity-tables.ts'
import { transact } from '../../../metadata/transaction.ts'

/** One commit serves so many blobs, begun within so long. */
const BLOBS_PER_BATCH = 256
const BATCH_MILLISECONDS = 60_000

const PREFIX_BYTES = 8

/**
 * Hands out what ids of blobs begin with. Each batch is a row before its first blob is written: the sweep frees what no
 * row names only where its batch is known, and counts all else as lost by the metadata, not by a crash.
 */
export class BlobBatches {
  readonly #metadata: OrderedStore
  readonly #clock: Clock
  readonly #random: Random
  #current: Promise<BlobBatch> | undefined
  #madeMilliseconds = 0
  #idsLeft = 0

  constructor(metadata: OrderedStore, clock: Clock, random: Random) {
    this.#metadata = metadata
    this.#clock = clock
    this.#random = random
  }

  /** For one more blob that is about to be written. */
  current(): Promise<BlobBatch> {
    const now = this.#clock.now().getTime()
    const isOld = Math.abs(now - this.#madeMilliseconds) > BATCH_MILLISECONDS
    const known = isOld || this.#idsLeft === 0 ? undefined : this.#current
    if (known) {
      this.#idsLeft--
      return known
    }
    this.#idsLeft = BLOBS_PER_BATCH - 1
    this.#madeMilliseconds = now
    const made = this.#make(now)
    this.#current = made
    made.catch(() => {
      if (this.#current === made) this.#current = undefined
    })
    return made
  }

  #make(madeMilliseconds: number): Promise<BlobBatch> {
    const prefix = this.#random.bytes(PREFIX_BYTES).toString('hex')
    return transact(this.#metadata, async (transaction) => {
      const identity = await transaction.get(storeIdentity)
      const number = (identity?.generation ?? 0) + 1
      if (identity) transaction.put(storeIdentity, [], { ...identity, generation: number })
      transaction.put(blobBatches, [prefix], { number, madeMilliseconds })
      return { prefix, number }
    })
  }
}

/** The batch of a blob, whatever its place; ids of older versions have none that is known. */
export function batchOf(blobId: string): string {
  const ownId = blobId.slice(blobId.indexOf('.') + 1)
  return ownId.slice(0, PREFIX_BYTES * 2)
}
