import { annotations } from '../metadata/tables/annotation-tables.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { current, versions } from '../metadata/tables/tables.ts'
import { readableRows } from '../metadata/unreadable-rows.ts'
import { noUsage, type UsageAmounts } from '../metadata/usage-amounts.ts'
import { countCurrent, countOlder } from '../s3/shared/version-rows/count-version.ts'

/** What a picked bucket holds. */
export async function pickedUsage(picked: OrderedStore, bucketId: string): Promise<UsageAmounts> {
  const usage = noUsage()
  const counter = { usageOf: () => usage }
  for await (const { row } of readableRows(picked, current, current.range(bucketId)))
    countCurrent(counter, bucketId, row)
  for await (const { row } of readableRows(picked, versions, versions.range(bucketId)))
    countOlder(counter, bucketId, row)
  for await (const { row } of readableRows(picked, annotations, annotations.range(bucketId)))
    usage.bytes += row.sizeBytes
  return usage
}
