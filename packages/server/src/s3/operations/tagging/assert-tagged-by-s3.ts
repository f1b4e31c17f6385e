import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'

/**
 * Throws MethodNotAllowed where the tags of a bucket decide on access: TagResource and UntagResource change them then. Source:
 * S3 API Reference, PutBucketAbac; which error it is stands nowhere.
 */
export function assertTaggedByS3({ abac }: BucketRow): void {
  if (abac === undefined) return
  const message = 'The bucket has attribute-based access control: use TagResource and UntagResource'
  throw new S3Error('MethodNotAllowed', { ResourceType: 'TAGGING' }, { message })
}
