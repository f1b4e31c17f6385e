import { ALL_KEYS } from '../metadata/key-limits.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { UNFINISHED_FORMAT } from '../metadata/store-format.ts'
import { storeIdentity } from '../metadata/tables/identity-tables.ts'
import { formatTable } from '../metadata/tables/tables.ts'
import { readRow } from '../metadata/transaction.ts'

/** What there is where rows are to be brought. `copyOf`, `storeId`: of which store, where that is known. */
export type RowsThere =
  | { readonly kind: 'none' }
  | { readonly kind: 'unfinished'; readonly copyOf?: string | undefined }
  | { readonly kind: 'whole'; readonly storeId?: string | undefined }

export async function rowsIn(metadata: OrderedStore): Promise<RowsThere> {
  const format = await readRow(metadata, formatTable)
  if (format?.version === UNFINISHED_FORMAT) return { kind: 'unfinished', copyOf: format.copyOf?.storeId }
  if ((await metadata.scan({ ...ALL_KEYS, limit: 1 })).length === 0) return { kind: 'none' }
  return { kind: 'whole', storeId: (await readRow(metadata, storeIdentity))?.storeId }
}
