import type { Clock } from '../base/clock.ts'
import { blobReferences } from '../metadata/tables/tables.ts'
import { readRow } from '../metadata/transaction.ts'
import type { Stores } from '../s3/shared/content/stores.ts'

const QUARANTINE_DAYS = 7
const KEPT_MILLISECONDS = QUARANTINE_DAYS * 24 * 3_600_000

/** Puts back what some row names after all, since newer metadata were restored; deletes what nobody missed for a week. */
export async function tendQuarantine({ metadata, blobs }: Stores, clock: Clock): Promise<void> {
  const now = clock.now().getTime()
  for await (const { id, sinceMilliseconds } of blobs.quarantine.list()) {
    if (await readRow(metadata, blobReferences, id)) await blobs.quarantine.restore(id)
    else if (now - sinceMilliseconds > KEPT_MILLISECONDS) await blobs.quarantine.remove(id)
  }
}
