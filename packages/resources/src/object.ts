import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3'
import { Bucket } from './bucket.ts'
import { MultipartUpload } from './multipart-upload.ts'
import { ObjectAcl } from './object-acl.ts'
import { ObjectVersion } from './object-version.ts'
import { type LoadObjectInput, ObjectActions } from './object-actions.ts'
import { type RequestOptions, withBound } from './request.ts'
import type { CopySource } from './copy-source.ts'
import { copy, type CopyInput, type CopyOptions } from './transfers/copy.ts'
import {
  downloadFile,
  downloadFileobj,
  type DownloadInput,
  type DownloadTarget,
  type FileTarget,
} from './transfers/download.ts'
import type { TransferOptions } from './transfers/transfer-options.ts'
import {
  uploadFile,
  uploadFileobj,
  type FileSource,
  type UploadInput,
  type UploadOptions,
  type UploadSource,
} from './transfers/upload.ts'

/** An object: what a bucket holds under a key. Loads with {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html HeadObject}. */
export class S3Object extends ObjectActions<HeadObjectCommandOutput> {
  /** `bytes`: ranges can be asked for. */
  get acceptRanges() {
    return this.attribute('AcceptRanges')
  }

  /** Which archive tier the object is in, where it is in one. */
  get archiveStatus() {
    return this.attribute('ArchiveStatus')
  }

  /** Whether a bucket key encrypts it. */
  get bucketKeyEnabled() {
    return this.attribute('BucketKeyEnabled')
  }

  /** The `Cache-Control` that was given with the object. */
  get cacheControl() {
    return this.attribute('CacheControl')
  }

  /** Base64, as the others; shown when loaded with `ChecksumMode: 'ENABLED'`, as the others. */
  get checksumCrc32() {
    return this.attribute('ChecksumCRC32')
  }

  /** The CRC-32C. */
  get checksumCrc32C() {
    return this.attribute('ChecksumCRC32C')
  }

  /** The CRC-64/NVME. */
  get checksumCrc64Nvme() {
    return this.attribute('ChecksumCRC64NVME')
  }

  /** The MD5. */
  get checksumMd5() {
    return this.attribute('ChecksumMD5')
  }

  /** The SHA-1. */
  get checksumSha1() {
    return this.attribute('ChecksumSHA1')
  }

  /** The SHA-256. */
  get checksumSha256() {
    return this.attribute('ChecksumSHA256')
  }

  /** The SHA-512. */
  get checksumSha512() {
    return this.attribute('ChecksumSHA512')
  }

  /** `FULL_OBJECT`, or `COMPOSITE`: of the parts' checksums. */
  get checksumType() {
    return this.attribute('ChecksumType')
  }

  /** The XXH128. */
  get checksumXxhash128() {
    return this.attribute('ChecksumXXHASH128')
  }

  /** The XXH3. */
  get checksumXxhash3() {
    return this.attribute('ChecksumXXHASH3')
  }

  /** The XXH64. */
  get checksumXxhash64() {
    return this.attribute('ChecksumXXHASH64')
  }

  /** How a browser is to present it. */
  get contentDisposition() {
    return this.attribute('ContentDisposition')
  }

  /** The encodings it was stored with, e.g. `gzip`. */
  get contentEncoding() {
    return this.attribute('ContentEncoding')
  }

  /** The language it is in. */
  get contentLanguage() {
    return this.attribute('ContentLanguage')
  }

  /** The size in bytes. */
  get contentLength() {
    return this.attribute('ContentLength')
  }

  /** Which bytes of how many, when loaded with `Range` or `PartNumber`. */
  get contentRange() {
    return this.attribute('ContentRange')
  }

  /** The media type. */
  get contentType() {
    return this.attribute('ContentType')
  }

  /** Whether the version asked for is a delete marker. */
  get deleteMarker() {
    return this.attribute('DeleteMarker')
  }

  /** The entity tag, in its quotes. */
  get eTag() {
    return this.attribute('ETag')
  }

  /** When a lifecycle rule will expire it, and which. */
  get expiration() {
    return this.attribute('Expiration')
  }

  /** The `Expires` that was given with the object; see `data.ExpiresString` for what is not a date. */
  get expires() {
    return this.attribute('Expires')
  }

  /** When it was written. */
  get lastModified() {
    return this.attribute('LastModified')
  }

  /** The user's own metadata, names in lower case. */
  get metadata() {
    return this.attribute('Metadata')
  }

  /** How many metadata entries headers cannot carry. */
  get missingMeta() {
    return this.attribute('MissingMeta')
  }

  /** `ON` while an event hold keeps it, `OFF` once that was released. */
  get objectLockEventHold() {
    return this.attribute('ObjectLockEventHold')
  }

  /** How many days it is kept from the release of its event hold on. */
  get objectLockEventHoldDurationDays() {
    return this.attribute('ObjectLockEventHoldDurationDays')
  }

  /** How many years it is kept from the release of its event hold on. */
  get objectLockEventHoldDurationYears() {
    return this.attribute('ObjectLockEventHoldDurationYears')
  }

  /** `ON` where a legal hold keeps it. */
  get objectLockLegalHoldStatus() {
    return this.attribute('ObjectLockLegalHoldStatus')
  }

  /** `GOVERNANCE` or `COMPLIANCE` where retention keeps it. */
  get objectLockMode() {
    return this.attribute('ObjectLockMode')
  }

  /** Until when retention keeps it. */
  get objectLockRetainUntilDate() {
    return this.attribute('ObjectLockRetainUntilDate')
  }

  /** The number of parts, when loaded with `PartNumber`. */
  get partsCount() {
    return this.attribute('PartsCount')
  }

  /** How far its replication is. */
  get replicationStatus() {
    return this.attribute('ReplicationStatus')
  }

  /** `requester` where the requester pays for this request. */
  get requestCharged() {
    return this.attribute('RequestCharged')
  }

  /** Whether an archived object is being restored, or until when it is. */
  get restore() {
    return this.attribute('Restore')
  }

  /** How it is encrypted at rest: `AES256`, `aws:kms`, `aws:kms:dsse`. */
  get serverSideEncryption() {
    return this.attribute('ServerSideEncryption')
  }

  /** `AES256` where the customer's own key encrypts it. */
  get sseCustomerAlgorithm() {
    return this.attribute('SSECustomerAlgorithm')
  }

  /** Base64 MD5 of the customer's key. */
  get sseCustomerKeyMd5() {
    return this.attribute('SSECustomerKeyMD5')
  }

  /** The ARN of the key that encrypts it. */
  get sseKmsKeyId() {
    return this.attribute('SSEKMSKeyId')
  }

  /** The storage class; `undefined` means `STANDARD`. */
  get storageClass() {
    return this.attribute('StorageClass')
  }

  /** How many tags it has. */
  get tagCount() {
    return this.attribute('TagCount')
  }

  /** The version, where the bucket has versions. */
  get versionId() {
    return this.attribute('VersionId')
  }

  /** Where a website sends requests for it. */
  get websiteRedirectLocation() {
    return this.attribute('WebsiteRedirectLocation')
  }

  /**
   * Uploads a file by its path, in a browser a `File` or `Blob`: one request below `thresholdBytes`, parts sent side by
   * side above. Rejects with the service's error, the file system's, or the abort signal's reason; then the parts
   * already sent are removed, unless `resume` keeps them. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html CreateMultipartUpload}
   */
  async uploadFile(source: FileSource, input: UploadInput = {}, options: UploadOptions = {}) {
    return this.changing(uploadFile(this.client, withBound(this.place, input), source, options))
  }

  /** Uploads bytes, a `Blob` or a stream of unknown length, otherwise as {@link uploadFile}. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html CreateMultipartUpload} */
  async uploadFileobj(source: UploadSource, input: UploadInput = {}, options: TransferOptions = {}) {
    return this.changing(uploadFileobj(this.client, withBound(this.place, input), source, options))
  }

  /**
   * Downloads into a file, several ranges at a time. The file appears, or is replaced, at the end and whole: once its
   * checksum agrees with the object's. Rejects with `ChecksumMismatchError` where it does not, with
   * `PreconditionFailed` where the object changes meanwhile. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html GetObject}
   */
  async downloadFile(target: FileTarget, input: DownloadInput = {}, options: TransferOptions = {}) {
    return downloadFile(this.client, withBound(this.place, input), target, options)
  }

  /**
   * Downloads into a stream, which is left open. The checksum is known after the last byte: on rejection the stream
   * has bytes that are not to be trusted. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html GetObject}
   */
  async downloadFileobj(target: DownloadTarget, input: DownloadInput = {}, options: TransferOptions = {}) {
    return downloadFileobj(this.client, withBound(this.place, input), target, options)
  }

  /**
   * Copies another object of any size here inside the service: one request below `thresholdBytes`, parts side by side
   * above. Metadata goes along unless `MetadataDirective` is `REPLACE`. Conditions on the source (`CopySourceIfMatch`, …)
   * are held against its head, and all parts are of what that was of. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html UploadPartCopy}
   */
  async copy(source: CopySource, input: CopyInput = {}, options: CopyOptions = {}) {
    return this.changing(copy(this.client, source, withBound(this.place, input), options))
  }

  /** The object's access control list. */
  Acl(): ObjectAcl {
    return new ObjectAcl(this.bucketName, this.key, this.client)
  }

  /** The bucket. */
  Bucket(): Bucket {
    return new Bucket(this.bucketName, this.client)
  }

  /** An upload of this key that was begun before. */
  MultipartUpload(id: string): MultipartUpload {
    return new MultipartUpload(this.bucketName, this.key, id, this.client)
  }

  /** One version of the object. */
  Version(id: string): ObjectVersion {
    return new ObjectVersion(this.bucketName, this.key, id, this.client)
  }

  protected fetch(input: LoadObjectInput | undefined, options?: RequestOptions) {
    return this.head(input, options)
  }
}
