import type { Change, OrderedStore, ScanRange } from '../../packages/server/src/metadata/ordered-store.ts'
import { encodeTuple } from '../../packages/server/src/metadata/tuple.ts'
import { StorageFault, type StorageFaultKind } from '../../packages/server/src/base/storage-fault.ts'

/** A metadata store that hands everything on to another, and fails while it is told to. */
export class FaultyStore implements OrderedStore {
  readonly #store: OrderedStore
  /** What every read fails with. */
  reads: StorageFaultKind | undefined
  /** Fails the reads of those keys alone that have this in them. */
  readsOf: string | undefined
  /** What every commit fails with, nothing written. */
  commits: StorageFaultKind | undefined
  /** Fails those commits alone that write or remove a row with this in its key. */
  commitsOf: string | undefined
  /** Commits are written, and fail all the same: the answer was lost. */
  losesAnswers = false
  /** Commits wait for it. */
  silence: Promise<void> | undefined
  /** Of any kind, so far. */
  calls = 0

  constructor(store: OrderedStore) {
    this.#store = store
  }

  async get(key: Uint8Array) {
    this.calls++
    failIf(this.reads)
    failIf(hasPart([key], this.readsOf) ? 'unavailable' : undefined)
    return this.#store.get(key)
  }

  async getMany(keys: readonly Uint8Array[]) {
    this.calls++
    failIf(this.reads)
    return this.#store.getMany(keys)
  }

  async scan(range: ScanRange) {
    this.calls++
    failIf(this.reads)
    return this.#store.scan(range)
  }

  async scanMany(ranges: readonly ScanRange[]) {
    this.calls++
    failIf(this.reads)
    return this.#store.scanMany(ranges)
  }

  async snapshot() {
    this.calls++
    failIf(this.reads)
    return this.#store.snapshot()
  }

  async commit(change: Change): Promise<boolean> {
    this.calls++
    failIf(this.commits)
    await this.silence
    failIf(this.#isOf(change) ? 'unavailable' : undefined)
    const done = await this.#store.commit(change)
    failIf(this.losesAnswers ? 'unavailable' : undefined)
    return done
  }

  #isOf({ put, remove }: Change): boolean {
    return hasPart([...put.map(({ key }) => key), ...remove], this.commitsOf)
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#store[Symbol.asyncDispose]()
  }
}

function hasPart(keys: readonly Uint8Array[], name: string | undefined): boolean {
  if (name === undefined) return false
  const part = encodeTuple([name])
  return keys.some((key) => Buffer.from(key).includes(part))
}

function failIf(kind: StorageFaultKind | undefined): void {
  if (kind) throw new StorageFault(kind, 'injected: /secret/path')
}
