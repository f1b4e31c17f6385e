import type { OrderedStore } from '../metadata/ordered-store.ts'
import { blobBatches } from '../metadata/tables/identity-tables.ts'
import { entriesOf } from '../metadata/entries-of.ts'

/** Longer than anything is written to one blob. A write that takes longer only costs a crash a week of quarantine. */
const KEPT_MILLISECONDS = 24 * 3_600_000

/** Forgets batches that have long been full, and of which a pass begun at that time saw nothing that no row names. */
export async function forgetBatches(
  metadata: OrderedStore,
  passStartedMilliseconds: number,
  stillNeeded: ReadonlySet<string>,
): Promise<void> {
  for await (const entry of entriesOf(metadata, blobBatches.range())) {
    const { madeMilliseconds } = blobBatches.decode(entry)
    if (madeMilliseconds > passStartedMilliseconds - KEPT_MILLISECONDS) continue
    if (stillNeeded.has(blobBatches.parts(entry.key)[0])) continue
    await metadata.commit({ expect: [], put: [], remove: [entry.key] })
  }
}
