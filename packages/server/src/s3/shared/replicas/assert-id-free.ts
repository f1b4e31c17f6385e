import { versionIds } from '../../../metadata/tables/tables.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { isOrder, versionIdOf } from '../object/version-order.ts'
import { REPLICA_HEADER, type ReplicaStatement } from '../replicating/replica-statement.ts'
import { versionAt } from '../replicating/version-row.ts'

/**
 * Throws InvalidArgument where another version of the key has the id already: who may add replicas may not put them in the place
 * of what is there.
 */
export async function assertIdFree(
  transaction: Transaction,
  bucketId: string,
  key: string,
  { order, versionId = order }: ReplicaStatement,
): Promise<void> {
  const known = await transaction.get(versionIds, bucketId, key, versionId)
  for (const place of [known?.order, isOrder(versionId) ? versionId : undefined]) {
    if (place === undefined || place === order) continue
    const other = await versionAt(transaction, bucketId, key, place)
    if (!other || versionIdOf(other) !== versionId) continue
    const fields = { ArgumentName: REPLICA_HEADER, ArgumentValue: versionId }
    throw new S3Error('InvalidArgument', fields, { message: 'Another version has this id' })
  }
}
