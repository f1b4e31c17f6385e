import { inventoryReports } from '../../metadata/tables/inventory-tables.ts'
import { transact } from '../../metadata/transaction.ts'
import { readable } from '../../metadata/unreadable-rows.ts'
import { INVENTORIES } from '../../s3/shared/bucket/inventory-configurations.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { entriesOf } from '../../metadata/entries-of.ts'
import { isConfigured } from '../configured-buckets.ts'

/** Forgets the reports of configurations that are gone, and of buckets that are. */
export async function forgetReports(service: S3Service): Promise<void> {
  const { metadata } = service.stores
  for await (const entry of entriesOf(metadata, inventoryReports.range())) {
    const found = readable(metadata, inventoryReports, entry)
    if (!found || (await isConfigured(service, INVENTORIES, found.parts, found.row.bucketName))) continue
    await transact(metadata, async (transaction) => {
      transaction.expect(entry.key, entry.stamp)
      transaction.remove(inventoryReports, ...found.parts)
    })
  }
}
