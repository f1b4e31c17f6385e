import { RowBatches } from '../backup/row-batches.ts'
import type { NewPlace } from '../backup/passing-rows.ts'
import { bufferOf } from '../base/buffer-of.ts'
import { ALL_KEYS } from '../metadata/key-limits.ts'
import type { Expectation, OrderedStore } from '../metadata/ordered-store.ts'
import { type Row, rowsOf, rowsToCopy } from './rows-of-store.ts'

export interface RowCopy {
  readonly from: OrderedStore
  readonly to: OrderedStore
  readonly place: NewPlace
  /** What stays as it is while nobody else takes the copy over. */
  readonly claim: Expectation
  /** So many more rows are the same. */
  readonly onRows: (rows: number) => void
  readonly signal: AbortSignal
}

/**
 * Makes all rows of one store those of the other, but for passing ones and that of the format: what is there already, from a run
 * that was cut off, is read and not written. Throws `TakenOver` where another run does the same.
 */
export async function copyRows({ from, to, place, claim, onRows, signal }: RowCopy): Promise<void> {
  const batches = new RowBatches(to, undefined, [claim])
  const there = rowsOf(to, ALL_KEYS)
  let old = await nextOf(there)
  for await (const row of rowsToCopy(from, place)) {
    signal.throwIfAborted()
    for (; old && old.key.compare(row.key) < 0; old = await nextOf(there)) await batches.remove(old.key)
    const same: Row | undefined = old?.key.equals(row.key) ? old : undefined
    if (!same || !bufferOf(row.value).equals(bufferOf(same.value))) await batches.add(row)
    if (same) old = await nextOf(there)
    onRows(1)
  }
  for (; old; old = await nextOf(there)) await batches.remove(old.key)
  await batches.commit()
}

async function nextOf(rows: AsyncGenerator<Row, void>): Promise<Row | undefined> {
  const next = await rows.next()
  return next.done ? undefined : next.value
}
