import type { Entry, OrderedStore, ScanRange } from '../../../metadata/ordered-store.ts'
import type { Table } from '../../../metadata/table.ts'
import type { TuplePart } from '../../../metadata/tuple.ts'
import { unlessUnreadable } from '../../../metadata/unreadable-rows.ts'

/** A table whose keys are a bucket, an S3 key and possibly more. */
export type KeyTable<Row = unknown> = Pick<
  Table<readonly [bucketId: string, key: string, ...TuplePart[]], Row>,
  'stringRange' | 'parts' | 'decode'
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

  /** What it wants to be given next: from where it stands, or behind what it has seen. */
  get wanted(): ScanRange {
    const start = this.#at ? this.#at.entry.key : this.#start
    const isOver = this.needsMore ? Buffer.compare(start, this.#end) >= 0 : this.#at === undefined
    return isOver
      ? { start: this.#end, end: this.#end, limit: 1 }
      : { start, end: this.#end, limit: Math.min(this.#batch, MOST_BATCH) }
  }

  /** Takes what a scan of `wanted` found. */
  take(limit: number, entries: readonly Entry[]): void {
    this.#entries = entries
    this.#index = 0
    this.#isExhausted = entries.length < limit
    this.#batch *= 4
    const last = entries.at(-1)
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
    this.#at = undefined
    for (; this.#index < this.#entries.length; this.#index++) {
      this.#at = this.#readKey()
      if (this.#at) return
    }
  }

  /** `undefined` for a key that is none: it is in no listing, but told. */
  #readKey(): { readonly key: string; readonly entry: Entry } | undefined {
    const entry = this.#entries[this.#index]
    const parts = entry && unlessUnreadable(this.#store, () => this.#table.parts(entry.key))
    return parts && { key: parts[1], entry }
  }
}
