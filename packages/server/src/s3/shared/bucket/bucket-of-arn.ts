import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { bucketNameOfArn } from '../../../model/bucket-arn.ts'
import { directoryBucketOfArn } from '../../../model/directory-bucket-name.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { Stores } from '../content/stores.ts'
import { readBucket } from './bucket-row.ts'

interface BucketOfArn {
  readonly bucketName: string
  readonly bucket: BucketRow
}

/** The bucket that an ARN is of; `undefined` where it is of something else. Throws as `readBucket` and `assertOfArn` do. */
export async function bucketOfArn(
  stores: Pick<Stores, 'metadata'>,
  arn: string,
): Promise<BucketOfArn | undefined> {
  const bucketName = bucketNameOfArn(arn) ?? directoryBucketOfArn(arn)?.name
  if (bucketName === undefined) return undefined
  const bucket = await readBucket(stores, bucketName)
  assertOfArn(arn, bucket)
  return { bucketName, bucket }
}

/** Throws NoSuchBucket where the ARN is of a directory bucket of the same name in another region or account. */
export function assertOfArn(arn: string, { region, ownerAccountId }: BucketRow): void {
  const named = directoryBucketOfArn(arn)
  if (named && (named.region !== region || named.accountId !== ownerAccountId))
    throw new S3Error('NoSuchBucket', { BucketName: named.name })
}
