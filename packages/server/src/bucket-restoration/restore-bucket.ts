import { storeKeys } from '../metadata/tables/kms-tables.ts'
import type { Table } from '../metadata/table.ts'
import { current, versionHeads, versionIds, versions } from '../metadata/tables/tables.ts'
import { transact } from '../metadata/transaction.ts'
import type { TuplePart } from '../metadata/tuple.ts'
import { readableRows } from '../metadata/unreadable-rows.ts'
import { noUsage, type UsageAmounts } from '../metadata/usage-amounts.ts'
import { countCurrent, countOlder } from '../s3/shared/version-rows/count-version.ts'
import { bringVersions } from './bring-versions.ts'
import { makeBucket } from './make-bucket.ts'
import type { BucketRestoration } from './restoration.ts'

/**
 * Brings a picked bucket into the store; returns what it holds. Its rows stand under an id that no bucket has, so that nobody sees
 * them and no rule acts on them; the last commit makes it a bucket. Cut off before that, a run with the same claim goes on.
 */
export async function restoreBucket(restoration: BucketRestoration): Promise<UsageAmounts> {
  await bringStoreKeys(restoration)
  await bringRows(restoration, versionHeads)
  await bringRows(restoration, versionIds)
  const usage = noUsage()
  const counter = { usageOf: () => usage }
  const { bucketId } = restoration.claim
  await bringVersions(restoration, current, usage, (row) => countCurrent(counter, bucketId, row))
  await bringVersions(restoration, versions, usage, (row) => countOlder(counter, bucketId, row))
  await makeBucket(restoration, usage)
  return usage
}

/** Those that a store has lost which was itself set back to an earlier moment. */
async function bringStoreKeys({ picked, service }: BucketRestoration): Promise<void> {
  for await (const { parts, row } of readableRows(picked, storeKeys))
    await transact(service.stores.metadata, async (transaction) => {
      if (!(await transaction.get(storeKeys, ...parts))) transaction.put(storeKeys, parts, row)
    })
}

const ROWS_PER_COMMIT = 1000

/** Rows that say the same of any bucket. */
async function bringRows<Rest extends readonly TuplePart[], Row>(
  restoration: BucketRestoration,
  table: Table<readonly [bucketId: string, ...rest: Rest], Row>,
): Promise<void> {
  const { picked, service, bucket, claim } = restoration
  let rows: { readonly rest: Rest; readonly row: Row }[] = []
  const commit = async (): Promise<void> => {
    const taken = rows
    rows = []
    await transact(service.stores.metadata, async (transaction) => {
      for (const { rest, row } of taken) transaction.put(table, [claim.bucketId, ...rest], row)
    })
  }
  for await (const { parts, row } of readableRows(picked, table, table.range(bucket.id))) {
    const [, ...rest] = parts
    rows.push({ rest, row })
    if (rows.length >= ROWS_PER_COMMIT) await commit()
  }
  await commit()
}
