import type { OperationName } from '../model/types.gen.ts'
import { GetBucketAbac } from './operations/abac/GetBucketAbac.ts'
import { PutBucketAbac } from './operations/abac/PutBucketAbac.ts'
import { CreateAccessPoint } from './operations/access-points/CreateAccessPoint.ts'
import { DeleteAccessPoint } from './operations/access-points/DeleteAccessPoint.ts'
import { DeleteAccessPointPolicy } from './operations/access-points/DeleteAccessPointPolicy.ts'
import { GetAccessPoint } from './operations/access-points/GetAccessPoint.ts'
import { GetAccessPointPolicy } from './operations/access-points/GetAccessPointPolicy.ts'
import { GetAccessPointPolicyStatus } from './operations/access-points/GetAccessPointPolicyStatus.ts'
import { ListAccessPoints } from './operations/access-points/ListAccessPoints.ts'
import { PutAccessPointPolicy } from './operations/access-points/PutAccessPointPolicy.ts'
import { GetBucketAccelerateConfiguration } from './operations/acceleration/GetBucketAccelerateConfiguration.ts'
import { PutBucketAccelerateConfiguration } from './operations/acceleration/PutBucketAccelerateConfiguration.ts'
import { GetBucketAcl } from './operations/acl/GetBucketAcl.ts'
import { GetObjectAcl } from './operations/acl/GetObjectAcl.ts'
import { PutBucketAcl } from './operations/acl/PutBucketAcl.ts'
import { PutObjectAcl } from './operations/acl/PutObjectAcl.ts'
import { DeleteBucketAnalyticsConfiguration } from './operations/analytics/DeleteBucketAnalyticsConfiguration.ts'
import { GetBucketAnalyticsConfiguration } from './operations/analytics/GetBucketAnalyticsConfiguration.ts'
import { ListBucketAnalyticsConfigurations } from './operations/analytics/ListBucketAnalyticsConfigurations.ts'
import { PutBucketAnalyticsConfiguration } from './operations/analytics/PutBucketAnalyticsConfiguration.ts'
import { DeleteObjectAnnotation } from './operations/annotations/DeleteObjectAnnotation.ts'
import { GetObjectAnnotation } from './operations/annotations/GetObjectAnnotation.ts'
import { ListObjectAnnotations } from './operations/annotations/ListObjectAnnotations.ts'
import { PutObjectAnnotation } from './operations/annotations/PutObjectAnnotation.ts'
import { CreateBucket } from './operations/buckets/CreateBucket.ts'
import { DeleteBucket } from './operations/buckets/DeleteBucket.ts'
import { GetBucketLocation } from './operations/buckets/GetBucketLocation.ts'
import { HeadBucket } from './operations/buckets/HeadBucket.ts'
import { ListBuckets } from './operations/buckets/ListBuckets.ts'
import { DeleteBucketCors } from './operations/cors/DeleteBucketCors.ts'
import { GetBucketCors } from './operations/cors/GetBucketCors.ts'
import { PutBucketCors } from './operations/cors/PutBucketCors.ts'
import { CreateSession } from './operations/directory-buckets/CreateSession.ts'
import { ListDirectoryBuckets } from './operations/directory-buckets/ListDirectoryBuckets.ts'
import { RenameObject } from './operations/directory-buckets/RenameObject.ts'
import { DeleteBucketEncryption } from './operations/encryption/DeleteBucketEncryption.ts'
import { GetBucketEncryption } from './operations/encryption/GetBucketEncryption.ts'
import { PutBucketEncryption } from './operations/encryption/PutBucketEncryption.ts'
import { UpdateObjectEncryption } from './operations/encryption/UpdateObjectEncryption.ts'
import { DeleteBucketInventoryConfiguration } from './operations/inventory/DeleteBucketInventoryConfiguration.ts'
import { GetBucketInventoryConfiguration } from './operations/inventory/GetBucketInventoryConfiguration.ts'
import { ListBucketInventoryConfigurations } from './operations/inventory/ListBucketInventoryConfigurations.ts'
import { PutBucketInventoryConfiguration } from './operations/inventory/PutBucketInventoryConfiguration.ts'
import { CreateJob } from './operations/jobs/CreateJob.ts'
import { DeleteJobTagging } from './operations/jobs/DeleteJobTagging.ts'
import { DescribeJob } from './operations/jobs/DescribeJob.ts'
import { GetJobTagging } from './operations/jobs/GetJobTagging.ts'
import { ListJobs } from './operations/jobs/ListJobs.ts'
import { PutJobTagging } from './operations/jobs/PutJobTagging.ts'
import { UpdateJobPriority } from './operations/jobs/UpdateJobPriority.ts'
import { UpdateJobStatus } from './operations/jobs/UpdateJobStatus.ts'
import { DeleteBucketLifecycle } from './operations/lifecycle/DeleteBucketLifecycle.ts'
import { GetBucketLifecycleConfiguration } from './operations/lifecycle/GetBucketLifecycleConfiguration.ts'
import { PutBucketLifecycleConfiguration } from './operations/lifecycle/PutBucketLifecycleConfiguration.ts'
import { ListObjects } from './operations/listing/ListObjects.ts'
import { ListObjectsV2 } from './operations/listing/ListObjectsV2.ts'
import { GetBucketLogging } from './operations/logging/GetBucketLogging.ts'
import { PutBucketLogging } from './operations/logging/PutBucketLogging.ts'
import { DeleteBucketMetricsConfiguration } from './operations/metrics/DeleteBucketMetricsConfiguration.ts'
import { GetBucketMetricsConfiguration } from './operations/metrics/GetBucketMetricsConfiguration.ts'
import { ListBucketMetricsConfigurations } from './operations/metrics/ListBucketMetricsConfigurations.ts'
import { PutBucketMetricsConfiguration } from './operations/metrics/PutBucketMetricsConfiguration.ts'
import { AbortMultipartUpload } from './operations/multipart/AbortMultipartUpload.ts'
import { CompleteMultipartUpload } from './operations/multipart/CompleteMultipartUpload.ts'
import { CreateMultipartUpload } from './operations/multipart/CreateMultipartUpload.ts'
import { ListMultipartUploads } from './operations/multipart/ListMultipartUploads.ts'
import { ListParts } from './operations/multipart/ListParts.ts'
import { UploadPart } from './operations/multipart/UploadPart.ts'
import { UploadPartCopy } from './operations/multipart/UploadPartCopy.ts'
import { GetBucketNotificationConfiguration } from './operations/notification/GetBucketNotificationConfiguration.ts'
import { PutBucketNotificationConfiguration } from './operations/notification/PutBucketNotificationConfiguration.ts'
import { GetObjectLegalHold } from './operations/object-lock/GetObjectLegalHold.ts'
import { GetObjectLockConfiguration } from './operations/object-lock/GetObjectLockConfiguration.ts'
import { GetObjectRetention } from './operations/object-lock/GetObjectRetention.ts'
import { PutObjectLegalHold } from './operations/object-lock/PutObjectLegalHold.ts'
import { PutObjectLockConfiguration } from './operations/object-lock/PutObjectLockConfiguration.ts'
import { PutObjectRetention } from './operations/object-lock/PutObjectRetention.ts'
import { CopyObject } from './operations/objects/CopyObject.ts'
import { DeleteObject } from './operations/objects/DeleteObject.ts'
import { DeleteObjects } from './operations/objects/DeleteObjects.ts'
import { GetObject } from './operations/objects/GetObject.ts'
import { GetObjectAttributes } from './operations/objects/GetObjectAttributes.ts'
import { HeadObject } from './operations/objects/HeadObject.ts'
import { PutObject } from './operations/objects/PutObject.ts'
import { DeleteBucketOwnershipControls } from './operations/ownership/DeleteBucketOwnershipControls.ts'
import { GetBucketOwnershipControls } from './operations/ownership/GetBucketOwnershipControls.ts'
import { PutBucketOwnershipControls } from './operations/ownership/PutBucketOwnershipControls.ts'
import { DeleteBucketPolicy } from './operations/policy/DeleteBucketPolicy.ts'
import { GetBucketPolicy } from './operations/policy/GetBucketPolicy.ts'
import { GetBucketPolicyStatus } from './operations/policy/GetBucketPolicyStatus.ts'
import { PutBucketPolicy } from './operations/policy/PutBucketPolicy.ts'
import { DeleteAccountPublicAccessBlock } from './operations/public-access/DeleteAccountPublicAccessBlock.ts'
import { DeletePublicAccessBlock } from './operations/public-access/DeletePublicAccessBlock.ts'
import { GetAccountPublicAccessBlock } from './operations/public-access/GetAccountPublicAccessBlock.ts'
import { GetPublicAccessBlock } from './operations/public-access/GetPublicAccessBlock.ts'
import { PutAccountPublicAccessBlock } from './operations/public-access/PutAccountPublicAccessBlock.ts'
import { PutPublicAccessBlock } from './operations/public-access/PutPublicAccessBlock.ts'
import { DeleteBucketReplication } from './operations/replication/DeleteBucketReplication.ts'
import { GetBucketReplication } from './operations/replication/GetBucketReplication.ts'
import { PutBucketReplication } from './operations/replication/PutBucketReplication.ts'
import { GetBucketRequestPayment } from './operations/request-payment/GetBucketRequestPayment.ts'
import { PutBucketRequestPayment } from './operations/request-payment/PutBucketRequestPayment.ts'
import { SelectObjectContent } from './operations/select/SelectObjectContent.ts'
import { DeleteBucketIntelligentTieringConfiguration } from './operations/storage-class/DeleteBucketIntelligentTieringConfiguration.ts'
import { GetBucketIntelligentTieringConfiguration } from './operations/storage-class/GetBucketIntelligentTieringConfiguration.ts'
import { ListBucketIntelligentTieringConfigurations } from './operations/storage-class/ListBucketIntelligentTieringConfigurations.ts'
import { PutBucketIntelligentTieringConfiguration } from './operations/storage-class/PutBucketIntelligentTieringConfiguration.ts'
import { RestoreObject } from './operations/storage-class/RestoreObject.ts'
import { DeleteBucketTagging } from './operations/tagging/DeleteBucketTagging.ts'
import { DeleteObjectTagging } from './operations/tagging/DeleteObjectTagging.ts'
import { GetBucketTagging } from './operations/tagging/GetBucketTagging.ts'
import { GetObjectTagging } from './operations/tagging/GetObjectTagging.ts'
import { ListTagsForResource } from './operations/tagging/ListTagsForResource.ts'
import { PutBucketTagging } from './operations/tagging/PutBucketTagging.ts'
import { PutObjectTagging } from './operations/tagging/PutObjectTagging.ts'
import { TagResource } from './operations/tagging/TagResource.ts'
import { UntagResource } from './operations/tagging/UntagResource.ts'
import { GetBucketVersioning } from './operations/versioning/GetBucketVersioning.ts'
import { ListObjectVersions } from './operations/versioning/ListObjectVersions.ts'
import { PutBucketVersioning } from './operations/versioning/PutBucketVersioning.ts'
import { DeleteBucketWebsite } from './operations/website/DeleteBucketWebsite.ts'
import { GetBucketWebsite } from './operations/website/GetBucketWebsite.ts'
import { PutBucketWebsite } from './operations/website/PutBucketWebsite.ts'
import type { Operation } from './shared/service/operation.ts'
import type { UnsupportedOperation } from './unsupported-operations.ts'

type SupportedOperation = Exclude<OperationName, UnsupportedOperation>

/** Every operation that has a meaning here. A missing, doubled or stale one does not compile. */
export const operations = {
  AbortMultipartUpload,
  CompleteMultipartUpload,
  CopyObject,
  CreateBucket,
  CreateMultipartUpload,
  CreateSession,
  DeleteAccountPublicAccessBlock,
  DeleteBucket,
  DeleteBucketAnalyticsConfiguration,
  DeleteBucketCors,
  DeleteBucketEncryption,
  DeleteBucketIntelligentTieringConfiguration,
  DeleteBucketInventoryConfiguration,
  GetBucketInventoryConfiguration,
  ListBucketInventoryConfigurations,
  PutBucketInventoryConfiguration,
  CreateJob,
  DeleteJobTagging,
  DescribeJob,
  GetJobTagging,
  ListJobs,
  PutJobTagging,
  UpdateJobPriority,
  UpdateJobStatus,
  DeleteBucketLifecycle,
  DeleteBucketMetricsConfiguration,
  DeleteBucketOwnershipControls,
  DeleteBucketPolicy,
  DeleteBucketReplication,
  DeleteBucketTagging,
  DeleteBucketWebsite,
  DeleteObject,
  DeleteObjectAnnotation,
  DeleteObjectTagging,
  DeleteObjects,
  DeletePublicAccessBlock,
  GetAccountPublicAccessBlock,
  GetBucketAbac,
  CreateAccessPoint,
  DeleteAccessPoint,
  DeleteAccessPointPolicy,
  GetAccessPoint,
  GetAccessPointPolicy,
  GetAccessPointPolicyStatus,
  ListAccessPoints,
  PutAccessPointPolicy,
  GetBucketAccelerateConfiguration,
  GetBucketAcl,
  GetBucketAnalyticsConfiguration,
  GetBucketCors,
  GetBucketEncryption,
  GetBucketIntelligentTieringConfiguration,
  GetBucketLifecycleConfiguration,
  GetBucketLocation,
  GetBucketLogging,
  GetBucketMetricsConfiguration,
  GetBucketNotificationConfiguration,
  GetBucketOwnershipControls,
  GetBucketPolicy,
  GetBucketPolicyStatus,
  GetBucketReplication,
  GetBucketRequestPayment,
  GetBucketTagging,
  GetBucketVersioning,
  GetBucketWebsite,
  GetObject,
  GetObjectAcl,
  GetObjectAnnotation,
  GetObjectAttributes,
  GetObjectLegalHold,
  GetObjectLockConfiguration,
  GetObjectRetention,
  GetObjectTagging,
  GetPublicAccessBlock,
  HeadBucket,
  HeadObject,
  ListBucketAnalyticsConfigurations,
  ListBucketIntelligentTieringConfigurations,
  ListBucketMetricsConfigurations,
  ListBuckets,
  ListDirectoryBuckets,
  ListMultipartUploads,
  ListObjectAnnotations,
  ListObjectVersions,
  ListObjects,
  ListObjectsV2,
  ListParts,
  ListTagsForResource,
  PutAccountPublicAccessBlock,
  PutBucketAbac,
  PutBucketAccelerateConfiguration,
  PutBucketAcl,
  PutBucketAnalyticsConfiguration,
  PutBucketCors,
  PutBucketEncryption,
  PutBucketIntelligentTieringConfiguration,
  PutBucketLifecycleConfiguration,
  PutBucketLogging,
  PutBucketMetricsConfiguration,
  PutBucketNotificationConfiguration,
  PutBucketOwnershipControls,
  PutBucketPolicy,
  PutBucketReplication,
  PutBucketRequestPayment,
  PutBucketTagging,
  PutBucketVersioning,
  PutBucketWebsite,
  PutObject,
  PutObjectAcl,
  PutObjectAnnotation,
  PutObjectLegalHold,
  PutObjectLockConfiguration,
  PutObjectRetention,
  PutObjectTagging,
  PutPublicAccessBlock,
  RenameObject,
  RestoreObject,
  SelectObjectContent,
  TagResource,
  UntagResource,
  UpdateObjectEncryption,
  UploadPart,
  UploadPartCopy,
} satisfies { readonly [Name in SupportedOperation]: Operation<Name> }

/** The operation of that name; `undefined` where it is not supported. */
export function findOperation<Name extends OperationName>(name: Name): Operation<Name> | undefined {
  const registry: { readonly [Other in OperationName]?: unknown } = operations
  return registry[name] as Operation<Name> | undefined
}
