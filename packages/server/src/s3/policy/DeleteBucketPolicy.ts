import { bucketDocuments, buckets } from '../../metadata/tables/tables.ts'
import { transact } from '../../metadata/transaction.ts'
import { policyDocument } from '../bucket-policy.ts'
import { bucketForWrite } from '../bucket-row.ts'
import { defineOperation } from '../operation.ts'

export const DeleteBucketPolicy = defineOperation('DeleteBucketPolicy', {
  access: { action: 's3:DeleteBucketPolicy', on: 'bucket' },
  async handle(input, { service }) {
    await transact(service.stores.metadata, async (transaction) => {
      const bucket = await bucketForWrite(transaction, input.Bucket)
      if (bucket.policyId === undefined) return
      transaction.remove(bucketDocuments, bucket.id, policyDocument(bucket.policyId))
      transaction.put(buckets, [input.Bucket], { ...bucket, deleting: undefined, policyId: undefined })
    })
    return {}
  },
})
