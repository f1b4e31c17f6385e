import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { bucketNameOfArn } from '../../../model/bucket-arn.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { S3Service } from '../service/service.ts'
import { findBucket } from './bucket-row.ts'

/** Where reports on a bucket go, as its configuration says it. */
export interface ReportDestination {
  /** The ARN of a bucket. */
  readonly Bucket: string
  /** Who owns it. Absent: whoever does. */
  readonly AccountId?: string | undefined
}

/** The bucket itself. */
export interface FoundDestination {
  readonly bucketName: string
  readonly bucket: BucketRow
}

/**
 * The bucket that takes the reports on another one, as it is now. Throws InvalidArgument where there is none of that name, where it is another
 * account's than the one that is named, and in another region. Source: S3 API Reference, InventoryS3BucketDestination and
 * AnalyticsS3BucketDestination; S3 User Guide, "Source and destination buckets".
 */
export async function findReportDestination(
  { stores }: Pick<S3Service, 'stores'>,
  source: BucketRow,
  { Bucket, AccountId }: ReportDestination,
): Promise<FoundDestination> {
  const bucketName = bucketNameOfArn(Bucket)
  if (bucketName === undefined) throw invalid('The destination bucket is not the ARN of a bucket')
  const bucket = await findBucket(stores, bucketName)
  if (!bucket) throw invalid('The destination bucket does not exist')
  if (bucket.directory) throw invalid('The destination bucket must be a general purpose bucket')
  if (AccountId !== undefined && bucket.ownerAccountId !== AccountId)
    throw invalid('The destination bucket belongs to another account')
  if (bucket.region !== source.region)
    throw invalid('The destination bucket must be in the same region as the source bucket')
  return { bucketName, bucket }
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidArgument', {}, { message })
}
