import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { buckets } from '../../../metadata/tables/tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { bucketForWrite } from './bucket-row.ts'
import { bucketOf, type OperationContext } from '../service/operation.ts'

/** Changes the settings of a request's bucket in one commit. `change` may refuse by throwing. */
export async function changeBucket(
  context: OperationContext,
  name: string,
  change: (bucket: BucketRow) => Partial<BucketRow>,
): Promise<void> {
  await transact(context.service.stores.metadata, async (transaction) => {
    const row = await bucketForWrite(transaction, name, bucketOf(context))
    transaction.put(buckets, [name], { ...row, deleting: undefined, ...change(row) })
  })
}
