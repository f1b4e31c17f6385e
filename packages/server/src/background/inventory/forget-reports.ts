import { inventoryReports } from '../../metadata/tables/inventory-tables.ts'
import { buckets } from '../../metadata/tables/tables.ts'
import { readRow, transact } from '../../metadata/transaction.ts'
import { passOver, readable } from '../../metadata/unreadable-rows.ts'
import { readConfigurations } from '../../s3/shared/bucket/configuration-list.ts'
import { INVENTORIES } from '../../s3/shared/bucket/inventory-configurations.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { entriesOf } from '../../metadata/entries-of.ts'

/** Forgets the reports of configurations that are gone, and of buckets that are. */
export async function forgetReports(service: S3Service): Promise<void> {
  const { metadata } = service.stores
  for await (const entry of entriesOf(metadata, inventoryReports.range())) {
    const found = readable(metadata, inventoryReports, entry)
    if (!found || (await isConfigured(service, found.parts, found.row.bucketName))) continue
    await transact(metadata, async (transaction) => {
      transaction.expect(entry.key, entry.stamp)
      transaction.remove(inventoryReports, ...found.parts)
    })
  }
}

async function isConfigured(
  service: S3Service,
  [bucketId, configurationId]: readonly [bucketId: string, configurationId: string],
  bucketName: string,
): Promise<boolean> {
  const { metadata } = service.stores
  try {
    const bucket = await readRow(metadata, buckets, bucketName)
    if (bucket?.id !== bucketId) return false
    const configurations = await readConfigurations(service, bucket, INVENTORIES)
    return configurations.some(({ Id }) => Id === configurationId)
  } catch (error) {
    // What cannot be read may come back.
    passOver(metadata, error)
    return true
  }
}
