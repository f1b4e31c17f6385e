import type { OperationName } from '../model/types.gen.ts'
import { GetBucketAcl } from './acl/GetBucketAcl.ts'
import { GetObjectAcl } from './acl/GetObjectAcl.ts'
import { PutBucketAcl } from './acl/PutBucketAcl.ts'
import { PutObjectAcl } from './acl/PutObjectAcl.ts'
import { CreateBucket } from './buckets/CreateBucket.ts'
import { DeleteBucket } from './buckets/DeleteBucket.ts'
import { GetBucketLocation } from './buckets/GetBucketLocation.ts'
import { HeadBucket } from './buckets/HeadBucket.ts'
import { ListBuckets } from './buckets/ListBuckets.ts'
import { DeleteBucketCors } from './cors/DeleteBucketCors.ts'
import { GetBucketCors } from './cors/GetBucketCors.ts'
import { PutBucketCors } from './cors/PutBucketCors.ts'
import { DeleteBucketEncryption } from './encryption/DeleteBucketEncryption.ts'
import { GetBucketEncryption } from './encryption/GetBucketEncryption.ts'
import { PutBucketEncryption } from './encryption/PutBucketEncryption.ts'
import { UpdateObjectEncryption } from './encryption/UpdateObjectEncryption.ts'
import { DeleteBucketLifecycle } from './lifecycle/DeleteBucketLifecycle.ts'
import { GetBucketLifecycleConfiguration } from './lifecycle/GetBucketLifecycleConfiguration.ts'
import { PutBucketLifecycleConfiguration } from './lifecycle/PutBucketLifecycleConfiguration.ts'
import { ListObjects } from './listing/ListObjects.ts'
import { ListObjectsV2 } from './listing/ListObjectsV2.ts'
import { GetBucketLogging } from './logging/GetBucketLogging.ts'
import { PutBucketLogging } from './logging/PutBucketLogging.ts'
import { AbortMultipartUpload } from './multipart/AbortMultipartUpload.ts'
import { CompleteMultipartUpload } from './multipart/CompleteMultipartUpload.ts'
import { CreateMultipartUpload } from './multipart/CreateMultipartUpload.ts'
import { ListMultipartUploads } from './multipart/ListMultipartUploads.ts'
import { ListParts } from './multipart/ListParts.ts'
import { UploadPart } from './multipart/UploadPart.ts'
import { UploadPartCopy } from './multipart/UploadPartCopy.ts'
import { GetBucketNotificationConfiguration } from './notification/GetBucketNotificationConfiguration.ts'
import { PutBucketNotificationConfiguration } from './notification/PutBucketNotificationConfiguration.ts'
import { GetObjectLegalHold } from './object-lock/GetObjectLegalHold.ts'
import { GetObjectLockConfiguration } from './object-lock/GetObjectLockConfiguration.ts'
import { GetObjectRetention } from './object-lock/GetObjectRetention.ts'
import { PutObjectLegalHold } from './object-lock/PutObjectLegalHold.ts'
import { PutObjectLockConfiguration } from './object-lock/PutObjectLockConfiguration.ts'
import { PutObjectRetention } from './object-lock/PutObjectRetention.ts'
import { CopyObject } from './objects/CopyObject.ts'
import { DeleteObject } from './objects/DeleteObject.ts'
import { DeleteObjects } from './objects/DeleteObjects.ts'
import { GetObject } from './objects/GetObject.ts'
import { GetObjectAttributes } from './objects/GetObjectAttributes.ts'
import { HeadObject } from './objects/HeadObject.ts'
import { PutObject } from './objects/PutObject.ts'
import { DeleteBucketOwnershipControls } from './ownership/DeleteBucketOwnershipControls.ts'
import { GetBucketOwnershipControls } from './ownership/GetBucketOwnershipControls.ts'
import { PutBucketOwnershipControls } from './ownership/PutBucketOwnershipControls.ts'
import { DeleteBucketPolicy } from './policy/DeleteBucketPolicy.ts'
import { GetBucketPolicy } from './policy/GetBucketPolicy.ts'
import { GetBucketPolicyStatus } from './policy/GetBucketPolicyStatus.ts'
import { PutBucketPolicy } from './policy/PutBucketPolicy.ts'
import { DeletePublicAccessBlock } from './public-access/DeletePublicAccessBlock.ts'
import { GetPublicAccessBlock } from './public-access/GetPublicAccessBlock.ts'
import { PutPublicAccessBlock } from './public-access/PutPublicAccessBlock.ts'
import { GetBucketRequestPayment } from './request-payment/GetBucketRequestPayment.ts'
import { PutBucketRequestPayment } from './request-payment/PutBucketRequestPayment.ts'
import { DeleteBucketIntelligentTieringConfiguration } from './storage-class/DeleteBucketIntelligentTieringConfiguration.ts'
import { GetBucketIntelligentTieringConfiguration } from './storage-class/GetBucketIntelligentTieringConfiguration.ts'
import { ListBucketIntelligentTieringConfigurations } from './storage-class/ListBucketIntelligentTieringConfigurations.ts'
import { PutBucketIntelligentTieringConfiguration } from './storage-class/PutBucketIntelligentTieringConfiguration.ts'
import { RestoreObject } from './storage-class/RestoreObject.ts'
import { DeleteBucketTagging } from './tagging/DeleteBucketTagging.ts'
import { DeleteObjectTagging } from './tagging/DeleteObjectTagging.ts'
import { GetBucketTagging } from './tagging/GetBucketTagging.ts'
import { GetObjectTagging } from './tagging/GetObjectTagging.ts'
import { PutBucketTagging } from './tagging/PutBucketTagging.ts'
import { PutObjectTagging } from './tagging/PutObjectTagging.ts'
import { GetBucketVersioning } from './versioning/GetBucketVersioning.ts'
import { ListObjectVersions } from './versioning/ListObjectVersions.ts'
import { PutBucketVersioning } from './versioning/PutBucketVersioning.ts'
import { DeleteBucketWebsite } from './website/DeleteBucketWebsite.ts'
import { GetBucketWebsite } from './website/GetBucketWebsite.ts'
import { PutBucketWebsite } from './website/PutBucketWebsite.ts'
import type { Operation } from './operation.ts'
import type { UnsupportedOperation } from './unsupported.ts'

type SupportedOperation = Exclude<OperationName, UnsupportedOperation>

/** Every operation that has a meaning here. A missing, doubled or stale one does not compile. */
export const operations = {
  AbortMultipartUpload,
  CompleteMultipartUpload,
  CopyObject,
  CreateBucket,
  CreateMultipartUpload,
  DeleteBucket,
  DeleteBucketCors,
  DeleteBucketEncryption,
  DeleteBucketIntelligentTieringConfiguration,
  DeleteBucketLifecycle,
  DeleteBucketOwnershipControls,
  DeleteBucketPolicy,
  DeleteBucketTagging,
  DeleteBucketWebsite,
  DeleteObject,
  DeleteObjectTagging,
  DeleteObjects,
  DeletePublicAccessBlock,
  GetBucketAcl,
  GetBucketCors,
  GetBucketEncryption,
  GetBucketIntelligentTieringConfiguration,
  GetBucketLifecycleConfiguration,
  GetBucketLocation,
  GetBucketLogging,
  GetBucketNotificationConfiguration,
  GetBucketOwnershipControls,
  GetBucketPolicy,
  GetBucketPolicyStatus,
  GetBucketRequestPayment,
  GetBucketTagging,
  GetBucketVersioning,
  GetBucketWebsite,
  GetObject,
  GetObjectAcl,
  GetObjectAttributes,
  GetObjectLegalHold,
  GetObjectLockConfiguration,
  GetObjectRetention,
  GetObjectTagging,
  GetPublicAccessBlock,
  HeadBucket,
  HeadObject,
  ListBucketIntelligentTieringConfigurations,
  ListBuckets,
  ListMultipartUploads,
  ListObjectVersions,
  ListObjects,
  ListObjectsV2,
  ListParts,
  PutBucketAcl,
  PutBucketCors,
  PutBucketEncryption,
  PutBucketIntelligentTieringConfiguration,
  PutBucketLifecycleConfiguration,
  PutBucketLogging,
  PutBucketNotificationConfiguration,
  PutBucketOwnershipControls,
  PutBucketPolicy,
  PutBucketRequestPayment,
  PutBucketTagging,
  PutBucketVersioning,
  PutBucketWebsite,
  PutObject,
  PutObjectAcl,
  PutObjectLegalHold,
  PutObjectLockConfiguration,
  PutObjectRetention,
  PutObjectTagging,
  PutPublicAccessBlock,
  RestoreObject,
  UpdateObjectEncryption,
  UploadPart,
  UploadPartCopy,
} satisfies { readonly [Name in SupportedOperation]: Operation<Name> }

/** The operation of that name; `undefined` where it is not supported. */
export function findOperation<Name extends OperationName>(name: Name): Operation<Name> | undefined {
  const registry: { readonly [Other in OperationName]?: unknown } = operations
  return registry[name] as Operation<Name> | undefined
}
