import { PolicyError } from '../../access/policy/policy-error.ts'
import type { Policy } from '../../access/policy/policy.ts'
import { refusesPolicy } from '../../access/public-access-block.ts'
import { bucketDocuments, buckets } from '../../metadata/tables/tables.ts'
import { transact } from '../../metadata/transaction.ts'
import { S3Error } from '../../model/s3-error.ts'
import { parseBucketPolicy, policyDocument } from '../bucket-policy.ts'
import { bucketForWrite } from '../bucket-row.ts'
import { defineOperation } from '../operation.ts'

export const PutBucketPolicy = defineOperation('PutBucketPolicy', {
  access: { action: 's3:PutBucketPolicy', on: 'bucket' },
  async handle(input, { service }) {
    const policy = parse(input.Policy, input.Bucket)
    await transact(service.stores.metadata, async (transaction) => {
      const bucket = await bucketForWrite(transaction, input.Bucket)
      if (refusesPolicy(bucket.publicAccessBlock, policy)) throw new S3Error('AccessDenied')
      const policyId = service.random.bytes(9).toString('base64url')
      if (bucket.policyId !== undefined) {
        transaction.remove(bucketDocuments, bucket.id, policyDocument(bucket.policyId))
      }
      transaction.put(bucketDocuments, [bucket.id, policyDocument(policyId)], { text: input.Policy })
      transaction.put(buckets, [input.Bucket], { ...bucket, deleting: undefined, policyId })
    })
    return {}
  },
})

function parse(text: string, bucketName: string): Policy {
  try {
    return parseBucketPolicy(text, bucketName)
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause
    throw new S3Error('MalformedPolicy', {}, { message: cause.message, cause })
  }
}
