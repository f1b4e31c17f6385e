import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { BASE_SHARE, usageShares } from '../../metadata/tables/usage-tables.ts'
import { readableRows } from '../../metadata/unreadable-rows.ts'
import { buckets } from '../../metadata/tables/tables.ts'

/** For who changes rows and does not count it: a worker of the next server counts every bucket anew. */
export async function forgetUsage(metadata: OrderedStore): Promise<void> {
  for await (const { row } of readableRows(metadata, buckets)) {
    const remove = [usageShares.key(row.id, ...BASE_SHARE)]
    await metadata.commit({ expect: [], put: [], remove })
  }
}
