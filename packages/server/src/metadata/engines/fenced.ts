import type { Soon } from '../../base/soon.ts'
import { StorageFault } from '../../base/storage-fault.ts'
import type { DamagedPages, OnwardFindings } from '../damaged-pages.ts'
import type { Change, Entry, Expectation, OrderedStore, ScanRange, Snapshot } from '../ordered-store.ts'

/** Looks at pages beside the engine. */
export interface PageLook {
  /** Whether all that leads to a key is whole; false, too, where that cannot be told at once. */
  isWholeTo(key: Uint8Array): boolean
  /** Looks at the leaf that a key is in, and at as many after it as it likes or is told. */
  onward(after: Uint8Array | undefined, mostLeaves?: number): Promise<OnwardFindings>
  /** Holds nothing of the engine any more, at once; then closes what it reads from. Does not fail. */
  close(): Promise<void>
}

/** A store whose damaged pages nobody comes to: what may be in them is neither read nor written. */
export class FencedStore implements OrderedStore {
  readonly #inner: OrderedStore
  readonly #pages: DamagedPages
  readonly #look: PageLook

  constructor(inner: OrderedStore, pages: DamagedPages, look: PageLook) {
    this.#inner = inner
    this.#pages = pages
    this.#look = look
    pages.lookOnward = (after) => look.onward(after)
  }

  get(key: Uint8Array): Soon<Entry | undefined> {
    const fault = this.#pages.count > 0 ? this.#pages.faultAt(key) : undefined
    if (fault) return Promise.reject(fault)
    const found = this.#inner.get(key)
    if (found instanceof Promise) return this.#told(found)
    return found || this.#isLookedAt(key) ? found : this.#missed(key)
  }

  async getMany(keys: readonly Uint8Array[]): Promise<(Entry | undefined)[]> {
    for (const key of this.#pages.count > 0 ? keys : []) this.#assertReadable(key)
    const found = await this.#told(this.#inner.getMany(keys))
    for (const [index, key] of keys.entries()) {
      if (!found[index] && !this.#isLookedAt(key)) await this.#missed(key)
    }
    return found
  }

  /** What was not there may be behind damage by now. */
  isAsRead(reads: readonly Expectation[]): boolean | undefined {
    if (this.#pages.count > 0) return undefined
    const canTell = reads.every(({ key, stamp }) => stamp !== undefined || this.#isLookedAt(key))
    return canTell ? this.#inner.isAsRead?.(reads) : undefined
  }

  async scan(range: ScanRange): Promise<Entry[]> {
    const [entries = []] = await this.scanMany([range])
    return entries
  }

  /** Entries that are enough before damage begins are an answer; fewer are none. */
  async scanMany(ranges: readonly ScanRange[]): Promise<Entry[][]> {
    if (this.#pages.count === 0) return this.#told(this.#inner.scanMany(ranges))
    const parts = ranges.map((range) => this.#pages.readablePart(range))
    const found = await this.#told(this.#inner.scanMany(parts.map(({ range }) => range)))
    for (const [index, { range, fault }] of parts.entries()) {
      if (fault && (found[index]?.length ?? 0) < range.limit) throw fault
    }
    return found
  }

  async snapshot(): Promise<Snapshot> {
    const snapshot = await this.#told(this.#inner.snapshot())
    return {
      scan: async (range) => {
        const { fault } = this.#pages.readablePart(range)
        if (fault) throw fault
        return this.#told(snapshot.scan(range))
      },
      changesSince: async (mark) =>
        this.#pages.count > 0
          ? undefined
          : this.#told(snapshot.changesSince?.(mark) ?? Promise.resolve(undefined)),
      [Symbol.asyncDispose]: () => snapshot[Symbol.asyncDispose](),
    }
  }

  async mark(): Promise<string | undefined> {
    return this.#inner.mark?.()
  }

  commit(change: Change): Promise<boolean> {
    return this.#pages.count > 0 ? this.#commitBeside(change) : this.#told(this.#inner.commit(change))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Looks let go of the engine before that is closed, which it is not yet.
    const closing = this.#inner[Symbol.asyncDispose]()
    const closingLook = this.#look.close()
    try {
      await closing
    } finally {
      await closingLook
    }
  }

  async #commitBeside(change: Change): Promise<boolean> {
    this.#pages.assertWritable(change)
    return this.#told(this.#inner.commit(change))
  }

  #assertReadable(key: Uint8Array): void {
    const fault = this.#pages.faultAt(key)
    if (fault) throw fault
  }

  /** What is not there may be in a page that nobody has looked at since the start. */
  #isLookedAt(key: Uint8Array): boolean {
    return this.#pages.isLookedAt(key) || this.#look.isWholeTo(key)
  }

  async #missed(key: Uint8Array): Promise<undefined> {
    this.#pages.found(await this.#look.onward(key, 1))
    this.#assertReadable(key)
  }

  #told<T>(answer: Promise<T>): Promise<T> {
    return answer.catch(this.#tell)
  }

  readonly #tell = (error: unknown): never => {
    if (error instanceof StorageFault && error.kind === 'corrupt') this.#pages.onMet(error)
    throw error
  }
}
