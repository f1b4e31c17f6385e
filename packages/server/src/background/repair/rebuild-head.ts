import { current, versionHeads, versions } from '../../metadata/tables/tables.ts'
import type { Transaction } from '../../metadata/transaction.ts'
import { isNullVersion, isObject, orderOf } from '../../s3/shared/object/version-order.ts'

/** Of one key; a key with more keeps the head it has. */
const MOST_VERSIONS = 100_000

/** Says anew which version of a key is the newest and which the null version, by those that are left. */
export async function rebuildHead(transaction: Transaction, bucketId: string, key: string): Promise<void> {
  const entries = await transaction.scan({ ...versions.range(bucketId, key), limit: MOST_VERSIONS })
  if (entries.length === MOST_VERSIONS) return
  for (const entry of entries) transaction.expect(entry.key, entry.stamp)
  const older = entries.map((entry) => versions.decode(entry))
  const inPlace = await transaction.get(current, bucketId, key)
  const head = await transaction.get(versionHeads, bucketId, key)
  const [first] = older
  if (!first && !head) return
  const newest = inPlace ?? first
  if (!newest) return transaction.remove(versionHeads, bucketId, key)
  const isPromoted = !inPlace && isObject(newest)
  const isNullInTable = (row: (typeof older)[number]): boolean =>
    isNullVersion(row) && !(isPromoted && row === first)
  const nullVersion = older.find(isNullInTable)
  transaction.put(versionHeads, [bucketId, key], {
    latestOrder: orderOf(newest),
    nullOrder: nullVersion && orderOf(nullVersion),
  })
  if (!isPromoted || !isObject(newest)) return
  transaction.remove(versions, bucketId, key, orderOf(newest))
  transaction.put(current, [bucketId, key], { ...newest, isNull: isNullVersion(newest) || undefined })
}
