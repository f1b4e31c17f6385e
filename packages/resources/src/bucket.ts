import {
  type Bucket as BucketEntry,
  CreateBucketCommand,
  type CreateBucketCommandInput,
  DeleteBucketCommand,
  type DeleteBucketCommandInput,
  DeleteObjectsCommand,
  type DeleteObjectsCommandInput,
  HeadBucketCommand,
  type HeadBucketCommandInput,
  type ListBucketsCommandInput,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3'
import { BucketAcl } from './bucket-acl.ts'
import { BucketCors } from './bucket-cors.ts'
import { BucketLifecycle } from './bucket-lifecycle.ts'
import { BucketLifecycleConfiguration } from './bucket-lifecycle-configuration.ts'
import { BucketLogging } from './bucket-logging.ts'
import { BucketNotification } from './bucket-notification.ts'
import { BucketPolicy } from './bucket-policy.ts'
import { BucketRequestPayment } from './bucket-request-payment.ts'
import { BucketTagging } from './bucket-tagging.ts'
import { BucketVersioning } from './bucket-versioning.ts'
import { BucketWebsite } from './bucket-website.ts'
import type { ClientSource } from './client-of.ts'
import { withBody } from './transfers/content-type.ts'
import { findBucket } from './listings/list-buckets.ts'
import { listMultipartUploads } from './listings/list-multipart-uploads.ts'
import { listObjectVersions } from './listings/list-object-versions.ts'
import { listObjects } from './listings/list-objects.ts'
import { S3Object } from './object.ts'
import { type RequestOptions, type Unbound, send } from './request.ts'
import { LoadableResource } from './resource.ts'
import type { CopySource } from './copy-source.ts'
import type { CopyInput, CopyOptions } from './transfers/copy.ts'
import type { DownloadInput, DownloadTarget, FileTarget } from './transfers/download.ts'
import type { TransferOptions } from './transfers/transfer-options.ts'
import type { FileSource, UploadInput, UploadOptions, UploadSource } from './transfers/upload.ts'
import { waitUntil, type WaitOptions } from './wait-until.ts'

type LoadInput = Unbound<ListBucketsCommandInput, 'Prefix'>
type HeadInput = Unbound<HeadBucketCommandInput, 'Bucket'>

/**
 * A bucket. Loads with {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html ListBuckets}, since HeadBucket tells no dates; as in boto3 the attributes stay `undefined`
 * where the bucket is another account's or listing is not allowed.
 */
export class Bucket extends LoadableResource<BucketEntry, LoadInput> {
  readonly name: string

  constructor(name: string, client: ClientSource = {}, data?: BucketEntry) {
    super(client, data)
    this.name = this.identifier('name', name)
  }

  /** The bucket's ARN. */
  get bucketArn() {
    return this.attribute('BucketArn')
  }

  /** The region it is in. */
  get bucketRegion() {
    return this.attribute('BucketRegion')
  }

  /** When it was created. */
  get creationDate() {
    return this.attribute('CreationDate')
  }

  /** Creates the bucket. Fails with `BucketAlreadyExists`, `BucketAlreadyOwnedByYou`, `InvalidBucketName`. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html CreateBucket} */
  create(input: Unbound<CreateBucketCommandInput, 'Bucket'> = {}, options?: RequestOptions) {
    return this.changing(send(this.client, CreateBucketCommand, { Bucket: this.name }, input, options))
  }

  /** Deletes the bucket. Fails with `BucketNotEmpty` where an object, version or upload is left. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html DeleteBucket} */
  delete(input: Unbound<DeleteBucketCommandInput, 'Bucket'> = {}, options?: RequestOptions) {
    return this.changing(send(this.client, DeleteBucketCommand, { Bucket: this.name }, input, options))
  }

  /**
   * Deletes up to 1,000 objects or versions; what could not be deleted is in `Errors` of the answer and does not
   * reject. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html DeleteObjects}
   */
  deleteObjects(input: Unbound<DeleteObjectsCommandInput, 'Bucket'>, options?: RequestOptions) {
    return send(this.client, DeleteObjectsCommand, { Bucket: this.name }, input, options)
  }

  /** Writes an object in one request, at most 5 GB; of a stream give `ContentLength` in bytes. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html PutObject} */
  async putObject(
    input: Unbound<PutObjectCommandInput, 'Bucket' | 'Key'> & { Key: string },
    options?: RequestOptions,
  ): Promise<S3Object> {
    await send(this.client, PutObjectCommand, { Bucket: this.name }, withBody(input), options)
    return this.Object(input.Key)
  }

  /** The objects, in the order of their keys' bytes. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html ListObjects} */
  get objects() {
    return listObjects(this)
  }

  /** All versions and delete markers: a page at a time, first its versions, then its markers. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html ListObjectVersions} */
  get objectVersions() {
    return listObjectVersions(this)
  }

  /** The uploads in parts that are under way. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html ListMultipartUploads} */
  get multipartUploads() {
    return listMultipartUploads(this)
  }

  /** Resolves when the bucket is there, whoever's it is; rejects with `WaitTimeoutError` when it does not come. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html HeadBucket} */
  waitUntilExists(input: HeadInput = {}, options?: WaitOptions): Promise<void> {
    const awaited = { what: `${this.toString()} exists`, success: [200, 301, 403], retry: [404] }
    return waitUntil((request) => this.#head(input, request), awaited, options)
  }

  /** Resolves when the bucket is gone; rejects with `WaitTimeoutError` when it stays. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html HeadBucket} */
  waitUntilNotExists(input: HeadInput = {}, options?: WaitOptions): Promise<void> {
    const awaited = { what: `${this.toString()} is gone`, success: [404], retry: [200] }
    return waitUntil((request) => this.#head(input, request), awaited, options)
  }

  /** `uploadFile` of the object under that key. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html CreateMultipartUpload} */
  uploadFile(source: FileSource, key: string, input?: UploadInput, options?: UploadOptions) {
    return this.Object(key).uploadFile(source, input, options)
  }

  /** `uploadFileobj` of the object under that key. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html CreateMultipartUpload} */
  uploadFileobj(source: UploadSource, key: string, input?: UploadInput, options?: TransferOptions) {
    return this.Object(key).uploadFileobj(source, input, options)
  }

  /** `downloadFile` of the object under that key. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html GetObject} */
  downloadFile(key: string, target: FileTarget, input?: DownloadInput, options?: TransferOptions) {
    return this.Object(key).downloadFile(target, input, options)
  }

  /** `downloadFileobj` of the object under that key. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html GetObject} */
  downloadFileobj(key: string, target: DownloadTarget, input?: DownloadInput, options?: TransferOptions) {
    return this.Object(key).downloadFileobj(target, input, options)
  }

  /** `copy` to the object under that key. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html UploadPartCopy} */
  copy(source: CopySource, key: string, input?: CopyInput, options?: CopyOptions) {
    return this.Object(key).copy(source, input, options)
  }

  /** The bucket's access control list. */
  Acl(): BucketAcl {
    return new BucketAcl(this.name, this.client)
  }

  /** The bucket's CORS rules. */
  Cors(): BucketCors {
    return new BucketCors(this.name, this.client)
  }

  /** The bucket's lifecycle in its older form. */
  Lifecycle(): BucketLifecycle {
    return new BucketLifecycle(this.name, this.client)
  }

  /** The bucket's lifecycle. */
  LifecycleConfiguration(): BucketLifecycleConfiguration {
    return new BucketLifecycleConfiguration(this.name, this.client)
  }

  /** Where requests to the bucket are logged. */
  Logging(): BucketLogging {
    return new BucketLogging(this.name, this.client)
  }

  /** Who is told of events in the bucket. */
  Notification(): BucketNotification {
    return new BucketNotification(this.name, this.client)
  }

  /** The object under that key. */
  Object(key: string): S3Object {
    return new S3Object(this.name, key, this.client)
  }

  /** The bucket's policy. */
  Policy(): BucketPolicy {
    return new BucketPolicy(this.name, this.client)
  }

  /** Who pays for requests to the bucket. */
  RequestPayment(): BucketRequestPayment {
    return new BucketRequestPayment(this.name, this.client)
  }

  /** The bucket's tags. */
  Tagging(): BucketTagging {
    return new BucketTagging(this.name, this.client)
  }

  /** Whether the bucket keeps versions. */
  Versioning(): BucketVersioning {
    return new BucketVersioning(this.name, this.client)
  }

  /** How the bucket is served as a website. */
  Website(): BucketWebsite {
    return new BucketWebsite(this.name, this.client)
  }

  protected fetch(input: LoadInput | undefined, options?: RequestOptions) {
    return findBucket(this.client, this.name, input, options)
  }

  #head(input: HeadInput, options: RequestOptions | undefined) {
    return send(this.client, HeadBucketCommand, { Bucket: this.name }, input, options)
  }
}
