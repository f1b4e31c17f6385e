import type { StoreKeyRecord, StoreKeyRecords } from '../../../encryption/store-keys.ts'
import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import { newestStoreKey, type StoreKeyRow, storeKeys } from '../../../metadata/tables/kms-tables.ts'
import { readRow, transact } from '../../../metadata/transaction.ts'
import { readIfReadable } from '../../../metadata/unreadable-rows.ts'

/**
 * Store keys as rows of the metadata store. Where the newest one is lost, or which one it is, a new one takes its place:
 * what the lost one sealed cannot be opened, but all else goes on.
 */
export function storeKeyRecords(store: OrderedStore): StoreKeyRecords {
  return {
    async find(id) {
      const row = await readRow(store, storeKeys, id)
      return row && recordOf(id, row)
    },
    async newest() {
      const newest = await readIfReadable(store, newestStoreKey)
      const row = newest && (await readIfReadable(store, storeKeys, newest.id))
      return row && recordOf(newest.id, row)
    },
    async add({ id, sealed, createdMilliseconds }, replaced) {
      await transact(store, async (transaction) => {
        const newest = await transaction.getIfReadable(newestStoreKey)
        const isThere = newest && (await transaction.getIfReadable(storeKeys, newest.id)) !== undefined
        if ((isThere ? newest.id : undefined) !== replaced?.id) return
        transaction.put(storeKeys, [id], {
          sealed: Buffer.from(sealed).toString('base64'),
          createdMilliseconds,
        })
        transaction.put(newestStoreKey, [], { id })
      })
    },
  }
}

function recordOf(id: string, { sealed, createdMilliseconds }: StoreKeyRow): StoreKeyRecord {
  return { id, sealed: Buffer.from(sealed, 'base64'), createdMilliseconds }
}
