import type { Random } from '../../base/random.ts'
import type { BlobBatch } from '../blob-store.ts'

const IDS_PER_FOLDER = 256

/** Batches that nobody knows of: ids made close together share a folder for a while. */
export class ChanceBatches {
  readonly #random: Random
  #idsMade = 0
  #batch: BlobBatch = { prefix: '', number: 0 }

  constructor(random: Random) {
    this.#random = random
  }

  async current(): Promise<BlobBatch> {
    if (this.#idsMade++ % IDS_PER_FOLDER === 0) {
      this.#batch = { prefix: this.#random.bytes(1).toString('hex'), number: 0 }
    }
    return this.#batch
  }
}
