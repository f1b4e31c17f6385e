import type { BucketEncryptionRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { ServerSideEncryptionByDefault, ServerSideEncryptionRule } from '../../../model/types.gen.ts'
import { changeBucket } from '../../shared/bucket/change-bucket.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import { encryptDirectoryBucket } from './encrypt-directory-bucket.ts'

export const PutBucketEncryption = defineOperation('PutBucketEncryption', {
  access: {
    action: 's3:PutEncryptionConfiguration',
    on: 'bucket',
    directory: { action: 's3express:PutEncryptionConfiguration' },
  },
  async handle(input, context) {
    const [rule, another] = input.ServerSideEncryptionConfiguration.Rules
    if (!rule || another) throw new S3Error('MalformedXML')
    if (bucketOf(context).directory) return encryptDirectoryBucket(input.Bucket, rule, context)
    const said = encryptionOf(rule)
    await changeBucket(context, input.Bucket, ({ encryption }) => ({
      encryption: { algorithm: 'AES256', ...(said.algorithm ? blockOf(encryption) : encryption), ...said },
    }))
    return {}
  },
})

/** Source: AWS KMS API Reference, `KeyId`. */
const MOST_KEY_NAME = 2048

/**
 * What a rule says of new objects and of what is blocked; each without the other leaves that as it is. Source: S3 User
 * Guide, "Blocking or unblocking SSE-C for a general purpose bucket", whose rules say nothing else.
 */
function encryptionOf(rule: ServerSideEncryptionRule): Partial<BucketEncryptionRow> {
  const { ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled, BlockedEncryptionTypes } = rule
  const said = {
    ...(byDefault && defaultOf(byDefault)),
    ...(BucketKeyEnabled !== undefined && { bucketKey: BucketKeyEnabled || undefined }),
    ...blockedBy(BlockedEncryptionTypes?.EncryptionType ?? []),
  }
  if (Object.keys(said).length === 0) throw new S3Error('MalformedXML')
  return said
}

function defaultOf({ SSEAlgorithm: algorithm, KMSMasterKeyID: keyName }: ServerSideEncryptionByDefault) {
  if (algorithm !== 'AES256' && algorithm !== 'aws:kms' && algorithm !== 'aws:kms:dsse') {
    throw new S3Error('MalformedXML')
  }
  if (keyName !== undefined && algorithm === 'AES256') {
    const message =
      'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse'
    throw new S3Error('InvalidArgument', {}, { message })
  }
  // No name of a key is longer, and it stands in the bucket's row.
  if (keyName !== undefined && keyName.length > MOST_KEY_NAME) throw new S3Error('MalformedXML')
  return { algorithm, ...(keyName !== undefined && { keyName }) }
}

/** One type, or none: `NONE` and another at once would say both. */
function blockedBy([type, another]: readonly string[]): Pick<BucketEncryptionRow, 'blocksCustomerKeys'> {
  if (type === undefined) return {}
  if (another !== undefined || (type !== 'SSE-C' && type !== 'NONE')) throw new S3Error('MalformedXML')
  return { blocksCustomerKeys: type === 'SSE-C' }
}

function blockOf(
  encryption: BucketEncryptionRow | undefined,
): Pick<BucketEncryptionRow, 'blocksCustomerKeys'> {
  return { blocksCustomerKeys: encryption?.blocksCustomerKeys }
}
