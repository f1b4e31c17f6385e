import type { StoreKeyRecord, StoreKeyRecords } from '../encryption/store-keys.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { newestStoreKey, storeKeys } from '../metadata/tables/kms-tables.ts'
import { readRow, transact } from '../metadata/transaction.ts'

/** Store keys in the metadata store. */
export function storeKeyRecords(metadata: OrderedStore): StoreKeyRecords {
  const find = async (id: string): Promise<StoreKeyRecord | undefined> => {
    const row = await readRow(metadata, storeKeys, id)
    return (
      row && { id, sealed: Buffer.from(row.sealed, 'base64'), createdMilliseconds: row.createdMilliseconds }
    )
  }
  return {
    find,
    async newest() {
      const row = await readRow(metadata, newestStoreKey)
      return row && find(row.id)
    },
    add: ({ id, sealed, createdMilliseconds }, replaced) =>
      transact(metadata, async (transaction) => {
        const newest = await transaction.get(newestStoreKey)
        if (newest?.id !== replaced?.id) return
        const row = { sealed: Buffer.from(sealed).toString('base64'), createdMilliseconds }
        transaction.put(storeKeys, [id], row)
        transaction.put(newestStoreKey, [], { id })
      }),
  }
}
