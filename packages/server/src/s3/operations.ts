import type { OperationName } from '../model/types.gen.ts'
import { CreateBucket } from './buckets/CreateBucket.ts'
import { DeleteBucket } from './buckets/DeleteBucket.ts'
import { GetBucketLocation } from './buckets/GetBucketLocation.ts'
import { HeadBucket } from './buckets/HeadBucket.ts'
import { ListBuckets } from './buckets/ListBuckets.ts'
import { ListObjects } from './listing/ListObjects.ts'
import { ListObjectsV2 } from './listing/ListObjectsV2.ts'
import { AbortMultipartUpload } from './multipart/AbortMultipartUpload.ts'
import { CompleteMultipartUpload } from './multipart/CompleteMultipartUpload.ts'
import { CreateMultipartUpload } from './multipart/CreateMultipartUpload.ts'
import { ListMultipartUploads } from './multipart/ListMultipartUploads.ts'
import { ListParts } from './multipart/ListParts.ts'
import { UploadPart } from './multipart/UploadPart.ts'
import { UploadPartCopy } from './multipart/UploadPartCopy.ts'
import { CopyObject } from './objects/CopyObject.ts'
import { DeleteObject } from './objects/DeleteObject.ts'
import { DeleteObjects } from './objects/DeleteObjects.ts'
import { GetObject } from './objects/GetObject.ts'
import { HeadObject } from './objects/HeadObject.ts'
import { PutObject } from './objects/PutObject.ts'
import type { Operation } from './operation.ts'
import { GetBucketVersioning } from './versioning/GetBucketVersioning.ts'
import { ListObjectVersions } from './versioning/ListObjectVersions.ts'
import { PutBucketVersioning } from './versioning/PutBucketVersioning.ts'
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
  DeleteObject,
  DeleteObjects,
  GetBucketLocation,
  GetBucketVersioning,
  GetObject,
  HeadBucket,
  HeadObject,
  ListBuckets,
  ListMultipartUploads,
  ListObjectVersions,
  ListObjects,
  ListObjectsV2,
  ListParts,
  PutBucketVersioning,
  PutObject,
  UploadPart,
  UploadPartCopy,
} satisfies { readonly [Name in SupportedOperation]: Operation<Name> }

/** The operation of that name; `undefined` where it is not supported. */
export function findOperation<Name extends OperationName>(name: Name): Operation<Name> | undefined {
  const registry: { readonly [Other in OperationName]?: unknown } = operations
  return registry[name] as Operation<Name> | undefined
}
