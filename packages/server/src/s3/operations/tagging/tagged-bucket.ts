import type { AccessRule } from '../../../access/access-rule.ts'
import type { ContextKeys } from '../../../access/request-context.ts'
import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { buckets } from '../../../metadata/tables/tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { bucketForWrite, readBucket } from '../../shared/bucket/bucket-row.ts'
import type { OperationContext } from '../../shared/service/operation.ts'

const BUCKET_ARN = /^arn:aws:s3:::([^/]+)$/

/**
 * The bucket that a request of S3 Control names by its ARN, once the caller was let in. Throws InvalidRequest for an ARN of
 * anything else: there is nothing else here that has tags of this kind.
 */
export async function taggedBucket(
  context: OperationContext,
  arn: string,
  action: AccessRule['action'],
  keys?: ContextKeys,
): Promise<{ readonly bucketName: string; readonly bucket: BucketRow }> {
  const [, bucketName] = BUCKET_ARN.exec(arn) ?? []
  if (bucketName === undefined)
    throw new S3Error('InvalidRequest', {}, { message: `The resource ${arn} cannot have tags here` })
  const bucket = await readBucket(context.service.stores, bucketName)
  await context.authorize({ action, on: 'bucket' }, { bucketName, bucket }, keys)
  return { bucketName, bucket }
}

/** Changes the tags of a bucket in one commit. */
export async function changeBucketTags(
  context: OperationContext,
  { bucketName, bucket }: { readonly bucketName: string; readonly bucket: BucketRow },
  change: (tags: NonNullable<BucketRow['tags']>) => NonNullable<BucketRow['tags']>,
): Promise<void> {
  await transact(context.service.stores.metadata, async (transaction) => {
    const row = await bucketForWrite(transaction, bucketName, bucket)
    const tags = change(row.tags ?? [])
    transaction.put(buckets, [bucketName], {
      ...row,
      deleting: undefined,
      tags: tags.length > 0 ? tags : undefined,
    })
  })
}

/**
 * Throws MethodNotAllowed where the tags of a bucket decide on access: TagResource and UntagResource change them then. Source:
 * S3 API Reference, PutBucketAbac; which error it is stands nowhere.
 */
export function assertTaggedByS3({ abac }: BucketRow): void {
  if (abac === undefined) return
  const message = 'The bucket has attribute-based access control: use TagResource and UntagResource'
  throw new S3Error('MethodNotAllowed', { ResourceType: 'TAGGING' }, { message })
}
