import { createHash, type Hash } from 'node:crypto'
import type { NewPlace } from '../backup/passing-rows.ts'
import { justAfter } from '../metadata/just-after.ts'
import { ALL_KEYS } from '../metadata/key-limits.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { CopyRefusal } from './copy-refusal.ts'
import { type Row, rowsOf, rowsToCopy } from './rows-of-store.ts'

const ROWS_OF_RANGE = 10_000

export interface RowComparison {
  readonly from: OrderedStore
  readonly to: OrderedStore
  readonly place: NewPlace
  /** So many more are the same. */
  readonly onRows: (rows: number) => void
  readonly signal: AbortSignal
}

export interface ComparedRows {
  readonly rows: number
  /** SHA-256 over the digests of all ranges, in hex. */
  readonly digest: string
}

/**
 * Reads both stores anew and holds them against each other: a digest for each range of so many keys in their order. Throws
 * `CopyRefusal` for the first range that differs.
 */
export async function compareRows(comparison: RowComparison): Promise<ComparedRows> {
  const { from, to, place, onRows, signal } = comparison
  const all = createHash('sha256')
  let total = 0
  let start: Uint8Array = ALL_KEYS.start
  let [hash, rows] = [createHash('sha256'), 0]
  const endRange = async (end: Uint8Array): Promise<void> => {
    const digest = hash.digest('hex')
    if ((await digestOf(rowsOf(to, { start, end }))) !== digest)
      throw new CopyRefusal(
        'Rows of the copy are not those of the store: it was changed while it was copied. See that no server runs on either, and run the command again: it copies what differs.',
      )
    all.update(digest)
    total += rows
    onRows(rows)
    start = end
    ;[hash, rows] = [createHash('sha256'), 0]
  }
  for await (const row of rowsToCopy(from, place)) {
    signal.throwIfAborted()
    addTo(hash, row)
    rows++
    if (rows === ROWS_OF_RANGE) await endRange(justAfter(row.key))
  }
  await endRange(ALL_KEYS.end)
  return { rows: total, digest: all.digest('hex') }
}

async function digestOf(rows: AsyncIterable<Row>): Promise<string> {
  const hash = createHash('sha256')
  for await (const row of rows) addTo(hash, row)
  return hash.digest('hex')
}

/** With the lengths, so that no two rows run into each other. */
function addTo(hash: Hash, { key, value }: Row): void {
  const lengths = Buffer.allocUnsafe(8)
  lengths.writeUInt32BE(key.length, 0)
  lengths.writeUInt32BE(value.length, 4)
  hash.update(lengths).update(key).update(value)
}
