import type { BucketEncryptionRow } from '../../metadata/tables/rows.ts'
import { S3Error } from '../../model/s3-error.ts'
import type { ServerSideEncryptionRule } from '../../model/types.gen.ts'
import { changeBucket } from '../change-bucket.ts'
import { defineOperation } from '../operation.ts'

export const PutBucketEncryption = defineOperation('PutBucketEncryption', {
  access: { action: 's3:PutEncryptionConfiguration', on: 'bucket' },
  async handle(input, context) {
    const [rule, another] = input.ServerSideEncryptionConfiguration.Rules
    if (!rule || another) throw new S3Error('MalformedXML')
    const encryption = encryptionOf(rule)
    await changeBucket(context, input.Bucket, () => ({ encryption }))
    return {}
  },
})

function encryptionOf(rule: ServerSideEncryptionRule): BucketEncryptionRow {
  const { SSEAlgorithm: algorithm = 'AES256', KMSMasterKeyID: keyName } =
    rule.ApplyServerSideEncryptionByDefault ?? {}
  if (algorithm !== 'AES256' && algorithm !== 'aws:kms' && algorithm !== 'aws:kms:dsse') {
    throw new S3Error('MalformedXML')
  }
  if (keyName !== undefined && algorithm === 'AES256') {
    const message =
      'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse'
    throw new S3Error('InvalidArgument', {}, { message })
  }
  const blocks = rule.BlockedEncryptionTypes?.EncryptionType?.includes('SSE-C') === true
  return {
    algorithm,
    ...(keyName !== undefined && { keyName }),
    ...(rule.BucketKeyEnabled && { bucketKey: true as const }),
    ...(blocks && { blocksCustomerKeys: true as const }),
  }
}
