import type { Change, OrderedStore, ScanRange } from '../../packages/server/src/metadata/ordered-store.ts'
import { StorageFault, type StorageFaultKind } from '../../packages/server/src/base/storage-fault.ts'

/** A metadata store that hands everything on to another, and fails while it is told to. */
export class FaultyStore implements OrderedStore {
  readonly #store: OrderedStore
  /** What every read fails with. */
  reads: StorageFaultKind | undefined
  /** What every commit fails with, nothing written. */
  commits: StorageFaultKind | undefined
  /** Commits are written, and fail all the same: the answer was lost. */
  losesAnswers = false

  constructor(store: OrderedStore) {
    this.#store = store
  }

  async get(key: Uint8Array) {
    failIf(this.reads)
    return this.#store.get(key)
  }

  async getMany(keys: readonly Uint8Array[]) {
    failIf(this.reads)
    return this.#store.getMany(keys)
  }

  async scan(range: ScanRange) {
    failIf(this.reads)
    return this.#store.scan(range)
  }

  async scanMany(ranges: readonly ScanRange[]) {
    failIf(this.reads)
    return this.#store.scanMany(ranges)
  }

  async commit(change: Change): Promise<boolean> {
    failIf(this.commits)
    const done = await this.#store.commit(change)
    failIf(this.losesAnswers ? 'unavailable' : undefined)
    return done
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#store[Symbol.asyncDispose]()
  }
}

function failIf(kind: StorageFaultKind | undefined): void {
  if (kind) throw new StorageFault(kind, 'injected: /secret/path')
}
