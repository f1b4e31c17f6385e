import type { BucketRow } from '../metadata/tables/rows.ts'
import { buckets } from '../metadata/tables/tables.ts'
import { transact } from '../metadata/transaction.ts'
import { bucketForWrite } from './bucket-row.ts'
import type { S3Service } from './service.ts'

/** Changes a bucket's settings in one commit. `change` may refuse by throwing. */
export async function changeBucket(
  service: S3Service,
  name: string,
  change: (bucket: BucketRow) => Partial<BucketRow>,
): Promise<void> {
  await transact(service.stores.metadata, async (transaction) => {
    const row = await bucketForWrite(transaction, name)
    transaction.put(buckets, [name], { ...row, deleting: undefined, ...change(row) })
  })
}
