import { justAfter } from '../../../metadata/just-after.ts'
import type { Entry, Grouping, OrderedStore, ScanRange } from '../../../metadata/ordered-store.ts'
import type { Table } from '../../../metadata/table.ts'
import { pastText, textWithin, type TuplePart } from '../../../metadata/tuple.ts'
import { passOver } from '../../../metadata/unreadable-rows.ts'

/** A table whose keys are a bucket, an S3 key and possibly more. */
export type KeyTable<Row = unknown> = Pick<
  Table<readonly [bucketId: string, key: string, ...TuplePart[]], Row>,
  'range' | 'stringRange' | 'textAt' | 'assertTextAt' | 'decode'
>

/** Entries read at a time; fewer after one that is no key, of which there may be many. */
const MOST_BATCH = 1001

export interface CursorRange {
  readonly bucketId: string
  readonly prefix: string
  /** Of the keys that share a text behind the prefix up to this one it stands at the first; then it is to skip them. */
  readonly delimiter: string | undefined
  /** Inclusive; the beginning of the prefix where absent or before it. */
  readonly start: Uint8Array | undefined
}

/** Goes through the keys of a bucket that have a prefix, reading ahead in batches, and can skip. */
export class KeyCursor {
  readonly #store: OrderedStore
  readonly #table: KeyTable
  /** Where in its entries the S3 keys stand. */
  readonly keyStart: number
  readonly #end: Uint8Array
  readonly #grouping: Grouping | undefined
  /** Where it goes on when it needs more; behind the last entry where it is `undefined`. */
  #start: Uint8Array | undefined
  #last: Entry | undefined
  #batch: number
  #entries: readonly Entry[] = []
  #index = 0
  #isExhausted = false
  #at: Entry | undefined
  #key: string | undefined

  constructor(
    store: OrderedStore,
    table: KeyTable,
    { bucketId, prefix, delimiter, start }: CursorRange,
    batch: number,
  ) {
    const range = table.stringRange([bucketId], prefix)
    this.#store = store
    this.#table = table
    this.keyStart = table.range(bucketId).start.length
    this.#start = start && Buffer.compare(start, range.start) > 0 ? start : range.start
    this.#end = range.end
    this.#grouping =
      delimiter === undefined ? undefined : { from: range.start.length, mark: textWithin(delimiter) }
    this.#batch = batch
  }

  /** The entry it stands at; `undefined` at the end, and while it needs more. */
  get at(): Entry | undefined {
    return this.#at
  }

  /** The S3 key of that entry; empty where it stands at none. */
  get key(): string {
    if (this.#at) this.#key ??= this.#table.textAt(this.#at.key, this.keyStart)
    return this.#key ?? ''
  }

  get needsMore(): boolean {
    return this.#at === undefined && !this.#isExhausted
  }

  /** What it wants to be given next: from where it stands, or behind what it has seen. */
  get wanted(): ScanRange {
    const start = this.#at?.key ?? this.#start ?? this.#behindLast()
    const isOver = this.needsMore ? Buffer.compare(start, this.#end) >= 0 : this.#at === undefined
    return isOver
      ? { start: this.#end, end: this.#end, limit: 1 }
      : {
          start,
          end: this.#end,
          limit: Math.min(this.#batch, MOST_BATCH),
          ...(this.#grouping && { grouping: this.#grouping }),
        }
  }

  /** Takes what a scan of `wanted` found. */
  take(limit: number, entries: readonly Entry[]): void {
    this.#entries = entries
    this.#index = 0
    this.#isExhausted = entries.length < limit
    this.#batch *= 4
    const last = entries.at(-1)
    if (last) this.#start = undefined
    this.#last = last
    this.#stand()
  }

  next(): void {
    this.#index++
    this.#stand()
  }

  /** Goes past all keys that begin with `prefix`, if it stands at one. */
  skip(prefix: string): void {
    const skipped = this.#at
    if (!skipped || !this.#startsWith(prefix)) return
    do this.next()
    while (this.#startsWith(prefix))
    if (this.#at || this.#isExhausted) return
    this.#start = pastText(skipped.key, this.keyStart, prefix)
  }

  #behindLast(): Uint8Array {
    return this.#last ? justAfter(this.#last.key) : this.#end
  }

  #startsWith(prefix: string): boolean {
    return this.#at !== undefined && this.key.startsWith(prefix)
  }

  #stand(): void {
    this.#at = undefined
    this.#key = undefined
    for (; this.#index < this.#entries.length; this.#index++) {
      const entry = this.#entries[this.#index]
      if (entry && this.#hasKey(entry)) {
        this.#at = entry
        return
      }
      if (this.#grouping) return this.#readAgain()
    }
  }

  /** Behind an entry that is no key: it may have been found in place of keys of its group. */
  #readAgain(): void {
    this.#last = this.#entries[this.#index]
    this.#entries = []
    this.#isExhausted = false
    this.#batch = 1
  }

  /** A key that is none is in no listing, but told. With a delimiter each is needed as text, and read at once. */
  #hasKey(entry: Entry): boolean {
    try {
      if (this.#grouping) this.#key = this.#table.textAt(entry.key, this.keyStart)
      else this.#table.assertTextAt(entry.key, this.keyStart)
      return true
    } catch (error) {
      passOver(this.#store, error)
      return false
    }
  }
}
