import type { Entry, OrderedStore } from '../metadata/ordered-store.ts'
import type { Table } from '../metadata/table.ts'
import type { TuplePart } from '../metadata/tuple.ts'

/** A table whose keys are a bucket, an S3 key and possibly more. */
export type KeyTable = Pick<
  Table<readonly [bucketId: string, key: string, ...TuplePart[]], unknown>,
  'stringRange' | 'parts'
>

/** Entries read at a time: one where the next step may skip the others, ever more where none does. */
const LEAST_BATCH = 1
const MOST_BATCH = 1001

/** Goes through the keys of a bucket that have a prefix, reading ahead in batches, and can skip. */
export class KeyCursor {
  readonly #store: OrderedStore
  readonly #table: KeyTable
  readonly #bucketId: string
  readonly #end: Uint8Array
  #start: Uint8Array
  #batch: number
  #entries: readonly Entry[] = []
  #index = 0
  #isExhausted = false
  #at: { readonly key: string; readonly entry: Entry } | undefined

  constructor(
    store: OrderedStore,
    table: KeyTable,
    bucketId: string,
    prefix: string,
    start: Uint8Array | undefined,
    batch: number = LEAST_BATCH,
  ) {
    const range = table.stringRange([bucketId], prefix)
    this.#store = store
    this.#table = table
    this.#bucketId = bucketId
    this.#start = start && Buffer.compare(start, range.start) > 0 ? start : range.start
    this.#end = range.end
    this.#batch = batch
  }

  /** The entry it stands at; `undefined` at the end, and while it needs more. */
  get at(): { readonly key: string; readonly entry: Entry } | undefined {
    return this.#at
  }

  get needsMore(): boolean {
    return this.#at === undefined && !this.#isExhausted
  }

  /** Reads the next batch. */
  async fill(): Promise<void> {
    const limit = Math.min(this.#batch, MOST_BATCH)
    const isEmpty = Buffer.compare(this.#start, this.#end) >= 0
    this.#entries = isEmpty ? [] : await this.#store.scan({ start: this.#start, end: this.#end, limit })
    this.#index = 0
    this.#isExhausted = this.#entries.length < limit
    this.#batch *= 4
    const last = this.#entries.at(-1)
    if (last) this.#start = Buffer.concat([last.key, Buffer.of(0)])
    this.#stand()
  }

  next(): void {
    this.#index++
    this.#stand()
  }

  /** Goes past all keys that begin with `prefix`, if it stands at one. */
  skip(prefix: string): void {
    if (!this.#startsWith(prefix)) return
    do this.next()
    while (this.#startsWith(prefix))
    if (this.#at || this.#isExhausted) return
    this.#start = this.#table.stringRange([this.#bucketId], prefix).end
    this.#batch = LEAST_BATCH
  }

  #startsWith(prefix: string): boolean {
    return this.#at?.key.startsWith(prefix) === true
  }

  #stand(): void {
    const entry = this.#entries[this.#index]
    this.#at = entry && { key: this.#table.parts(entry.key)[1], entry }
  }
}
