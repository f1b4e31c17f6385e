import { S3Error } from '../model/s3-error.ts'
import type { OperationName } from '../model/types.gen.ts'
import type { RequestFacts } from '../s3/shared/service/request-facts.ts'

/**
 * What an access point takes. Source: S3 User Guide, "Access point compatibility", which calls its list a partial one: here are
 * besides the objects' annotations and UpdateObjectEncryption, which are about objects too.
 */
const SUPPORTED: ReadonlySet<OperationName> = new Set([
  'AbortMultipartUpload',
  'CompleteMultipartUpload',
  'CopyObject',
  'CreateMultipartUpload',
  'DeleteObject',
  'DeleteObjectAnnotation',
  'DeleteObjectTagging',
  'DeleteObjects',
  'GetBucketAcl',
  'GetBucketCors',
  'GetBucketLocation',
  'GetBucketNotificationConfiguration',
  'GetBucketPolicy',
  'GetObject',
  'GetObjectAcl',
  'GetObjectAnnotation',
  'GetObjectAttributes',
  'GetObjectLegalHold',
  'GetObjectRetention',
  'GetObjectTagging',
  'HeadBucket',
  'HeadObject',
  'ListMultipartUploads',
  'ListObjectAnnotations',
  'ListObjectVersions',
  'ListObjects',
  'ListObjectsV2',
  'ListParts',
  'PutObject',
  'PutObjectAcl',
  'PutObjectAnnotation',
  'PutObjectLegalHold',
  'PutObjectRetention',
  'PutObjectTagging',
  'RestoreObject',
  'UpdateObjectEncryption',
  'UploadPart',
  'UploadPartCopy',
])

/**
 * Throws MethodNotAllowed for an operation that access points do not take, and InvalidRequest for Signature Version 2. Source:
 * S3 User Guide, "Restrictions and limitations for access points"; which errors these are stands nowhere.
 */
export function assertForAccessPoint(operation: OperationName, signature: RequestFacts['signature']): void {
  if (!SUPPORTED.has(operation)) throw new S3Error('MethodNotAllowed', { ResourceType: 'ACCESSPOINT' })
  if (signature?.version !== 2) return
  const message =
    'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.'
  throw new S3Error('InvalidRequest', {}, { message })
}
