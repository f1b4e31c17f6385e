import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import { newestStoreKey, storeKeys } from '../../../metadata/tables/kms-tables.ts'
import { readRow, transact } from '../../../metadata/transaction.ts'
import type { StoreKeyRecord, StoreKeyRecords } from '../../../encryption/store-keys.ts'

/** Store keys as rows of the metadata store. */
export function storeKeyRecords(store: OrderedStore): StoreKeyRecords {
  const find = async (id: string): Promise<StoreKeyRecord | undefined> => {
    const row = await readRow(store, storeKeys, id)
    return (
      row && { id, sealed: Buffer.from(row.sealed, 'base64'), createdMilliseconds: row.createdMilliseconds }
    )
  }
  return {
    find,
    async newest() {
      const newest = await readRow(store, newestStoreKey)
      return newest && find(newest.id)
    },
    async add({ id, sealed, createdMilliseconds }, replaced) {
      await transact(store, async (transaction) => {
        const newest = await transaction.get(newestStoreKey)
        if (newest?.id !== replaced?.id) return
        transaction.put(storeKeys, [id], {
          sealed: Buffer.from(sealed).toString('base64'),
          createdMilliseconds,
        })
        transaction.put(newestStoreKey, [], { id })
      })
    },
  }
}
