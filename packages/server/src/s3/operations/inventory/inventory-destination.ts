import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { bucketNameOfArn } from '../../../model/bucket-arn.ts'
import type { InventoryConfiguration } from '../../../model/types.gen.ts'
import { findBucket } from '../../shared/bucket/bucket-row.ts'
import type { S3Service } from '../../shared/service/service.ts'
import { invalid } from './check-inventory.ts'

export interface InventoryDestination {
  readonly bucketName: string
  readonly bucket: BucketRow
}

/**
 * The bucket that takes the reports of another one, as it is now. Throws InvalidArgument where there is none of that name, where it is another
 * account's than the one that is named, and in another region. Source: S3 API Reference, InventoryS3BucketDestination; S3 User
 * Guide, "Source and destination buckets".
 */
export async function findInventoryDestination(
  { stores }: Pick<S3Service, 'stores'>,
  source: BucketRow,
  { Destination }: InventoryConfiguration,
): Promise<InventoryDestination> {
  const { Bucket, AccountId } = Destination.S3BucketDestination
  const bucketName = bucketNameOfArn(Bucket)
  if (bucketName === undefined) throw invalid('The destination bucket is not the ARN of a bucket')
  const bucket = await findBucket(stores, bucketName)
  if (!bucket) throw invalid('The destination bucket does not exist')
  if (AccountId !== undefined && bucket.ownerAccountId !== AccountId)
    throw invalid('The destination bucket belongs to another account')
  if (bucket.region !== source.region)
    throw invalid('The destination bucket must be in the same region as the source bucket')
  return { bucketName, bucket }
}
