import { S3Error } from '../../../model/s3-error.ts'
import type { ServerSideEncryptionRule } from '../../../model/types.gen.ts'
import { changeBucket } from '../../shared/bucket/change-bucket.ts'
import { refusedHeader } from '../../../model/refused-header.ts'
import {
  assertOneKey,
  keyOfDirectory,
  refuseDirectoryEncryption,
} from '../../shared/sealing/directory-encryption.ts'
import { bucketOf, type OperationContext } from '../../shared/service/operation.ts'

/** Source: S3 API Reference, PutBucketEncryption, "Directory buckets". */
export async function encryptDirectoryBucket(
  bucketName: string,
  {
    ApplyServerSideEncryptionByDefault: byDefault,
    BucketKeyEnabled,
    BlockedEncryptionTypes,
  }: ServerSideEncryptionRule,
  context: OperationContext,
): Promise<object> {
  if (BlockedEncryptionTypes) throw refusedHeader('BlockedEncryptionTypes')
  if (!byDefault) throw new S3Error('MalformedXML')
  const { SSEAlgorithm: algorithm, KMSMasterKeyID: keyName } = byDefault
  refuseDirectoryEncryption({ SSEKMSKeyId: keyName, BucketKeyEnabled }, algorithm)
  if (algorithm === 'AES256') {
    await changeBucket(context, bucketName, () => ({ encryption: { algorithm } }))
    return {}
  }
  const keyArn = await keyOfDirectory(context, bucketName, bucketOf(context), keyName)
  await changeBucket(context, bucketName, ({ directory }) => {
    assertOneKey(directory?.keyArn, keyArn)
    const encryption = { algorithm: 'aws:kms', keyName: keyArn, bucketKey: true } as const
    return { encryption, directory: directory && { ...directory, keyArn } }
  })
  return {}
}
