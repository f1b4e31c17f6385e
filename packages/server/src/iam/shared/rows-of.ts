import type { OrderedStore } from '../../metadata/ordered-store.ts'
import type { Table } from '../../metadata/table.ts'
import { unlessUnreadable } from '../../metadata/unreadable-rows.ts'

/** The rows of some keys, in their order; those that are not there, or cannot be read, are left out. */
export async function rowsAt<Row>(
  metadata: OrderedStore,
  table: Pick<Table<never, Row>, 'decode'>,
  keys: readonly Uint8Array[],
): Promise<readonly Row[]> {
  const entries = await metadata.getMany(keys)
  return entries.flatMap((entry) => {
    const row = entry && unlessUnreadable(metadata, () => table.decode(entry))
    return row === undefined ? [] : [row]
  })
}

/** The same of ids, and with them. */
export async function rowsOf<Row>(
  metadata: OrderedStore,
  table: Table<[id: string], Row>,
  ids: readonly string[],
): Promise<{ readonly id: string; readonly row: Row }[]> {
  const entries = await metadata.getMany(ids.map((id) => table.key(id)))
  return ids.flatMap((id, index) => {
    const entry = entries[index]
    const row = entry && unlessUnreadable(metadata, () => table.decode(entry))
    return row === undefined ? [] : [{ id, row }]
  })
}
