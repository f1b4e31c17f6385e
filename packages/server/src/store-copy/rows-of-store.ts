import { bufferOf } from '../base/buffer-of.ts'
import { isPassing, type NewPlace, valueInNewPlace } from '../backup/passing-rows.ts'
import { justAfter } from '../metadata/just-after.ts'
import { ALL_KEYS } from '../metadata/key-limits.ts'
import type { Entry, OrderedStore } from '../metadata/ordered-store.ts'
import { formatTable } from '../metadata/tables/tables.ts'

/** So many small objects are some 16 MB at the most. */
const PAGE = 256

export interface Row {
  readonly key: Buffer
  readonly value: Uint8Array
}

interface Range {
  /** Inclusive. */
  readonly start: Uint8Array
  /** Exclusive. */
  readonly end: Uint8Array
}

const FORMAT_KEY = formatTable.key()

/** Entries in the order of their keys; the next are read while the last are used. */
async function* entriesOf(store: OrderedStore, { start, end }: Range): AsyncGenerator<Entry> {
  let next: Promise<Entry[]> | undefined = store.scan({ start, end, limit: PAGE })
  while (next) {
    const entries: readonly Entry[] = await next
    const last = entries.length === PAGE ? entries.at(-1) : undefined
    next = last && store.scan({ start: justAfter(last.key), end, limit: PAGE })
    // Its failure is told when it is awaited, if it ever is.
    next?.catch(() => undefined)
    yield* entries
  }
}

/** What a copy of a store has for each of its rows, but for the row of the format: passing ones are left out. */
export async function* rowsToCopy(store: OrderedStore, place: NewPlace): AsyncGenerator<Row> {
  for await (const { key, value } of rowsOf(store, ALL_KEYS))
    if (!isPassing(key)) yield { key, value: valueInNewPlace({ key, value }, place) }
}

/** All rows but that of the format. */
export async function* rowsOf(store: OrderedStore, range: Range): AsyncGenerator<Row, void> {
  for await (const entry of entriesOf(store, range)) {
    const key = bufferOf(entry.key)
    if (!key.equals(FORMAT_KEY)) yield { key, value: entry.value }
  }
}
