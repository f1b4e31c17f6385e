export { Bucket } from './bucket.ts'
export { BucketAcl } from './bucket-acl.ts'
export { BucketCors } from './bucket-cors.ts'
export {
  BucketLifecycle,
  type BucketLifecycleRule,
  type PutBucketLifecycleInput,
} from './bucket-lifecycle.ts'
export { BucketLifecycleConfiguration } from './bucket-lifecycle-configuration.ts'
export { BucketLogging } from './bucket-logging.ts'
export { BucketNotification } from './bucket-notification.ts'
export { BucketPolicy } from './bucket-policy.ts'
export { BucketRequestPayment } from './bucket-request-payment.ts'
export { BucketTagging } from './bucket-tagging.ts'
export { BucketVersioning } from './bucket-versioning.ts'
export { BucketWebsite } from './bucket-website.ts'
export { ParameterError } from './check-parameters.ts'
export type { ClientSource } from './client-of.ts'
export { Collection, DeletableCollection, type DeleteAllInput } from './collection.ts'
export type { CopySource, WithCopySource } from './copy-source.ts'
export { MultipartUpload } from './multipart-upload.ts'
export { MultipartUploadPart } from './multipart-upload-part.ts'
export { S3Object } from './object.ts'
export { ObjectAcl } from './object-acl.ts'
export { ObjectSummary } from './object-summary.ts'
export { ObjectVersion } from './object-version.ts'
export type { RequestOptions } from './request.ts'
export { NotLoadedError } from './resource.ts'
export { S3 } from './s3.ts'
export { copy, type CopyInput, type CopyOptions, type CopyOutput } from './transfers/copy.ts'
export {
  downloadFile,
  downloadFileobj,
  type DownloadInput,
  type DownloadOutput,
  type DownloadTarget,
  type FileTarget,
} from './transfers/download.ts'
export type { Progress, TransferOptions } from './transfers/transfer-options.ts'
export {
  type FileSource,
  uploadFile,
  uploadFileobj,
  type UploadInput,
  type UploadOptions,
  type UploadOutput,
  type UploadSource,
} from './transfers/upload.ts'
export type { RecordStore } from './transfers/upload-record.ts'
export { ChecksumMismatchError } from './transfers/verifier.ts'
export { type WaitOptions, WaitTimeoutError } from './wait-until.ts'
