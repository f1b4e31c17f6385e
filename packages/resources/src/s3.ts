import { CreateBucketCommand, type CreateBucketCommandInput, type S3Client } from '@aws-sdk/client-s3'
import { Bucket } from './bucket.ts'
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
import { type ClientSource, clientOf } from './client-of.ts'
import { listBuckets } from './listings/list-buckets.ts'
import { MultipartUpload } from './multipart-upload.ts'
import { MultipartUploadPart } from './multipart-upload-part.ts'
import { S3Object } from './object.ts'
import { ObjectAcl } from './object-acl.ts'
import { ObjectSummary } from './object-summary.ts'
import { ObjectVersion } from './object-version.ts'
import { type RequestOptions, type Unbound, send } from './request.ts'

/**
 * The service: where every resource comes from. Made of a client of the SDK or of the configuration of one; all its
 * resources share that client. Making a resource sends no request.
 */
export class S3 {
  readonly #client: S3Client

  constructor(client: ClientSource = {}) {
    this.#client = clientOf(client)
  }

  /** The SDK's client that sends all requests. */
  get client(): S3Client {
    return this.#client
  }

  /** Creates a bucket. Fails with `BucketAlreadyExists`, `BucketAlreadyOwnedByYou`, `InvalidBucketName`. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html CreateBucket} */
  async createBucket(
    input: Unbound<CreateBucketCommandInput, 'Bucket'> & { Bucket: string },
    options?: RequestOptions,
  ): Promise<Bucket> {
    await send(this.client, CreateBucketCommand, {}, input, options)
    return this.Bucket(input.Bucket)
  }

  /** The account's buckets, by name. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html ListBuckets} */
  get buckets() {
    return listBuckets(this.client)
  }

  /** The bucket of that name. */
  Bucket(name: string): Bucket {
    return new Bucket(name, this.client)
  }

  /** A bucket's access control list. */
  BucketAcl(bucketName: string): BucketAcl {
    return new BucketAcl(bucketName, this.client)
  }

  /** A bucket's CORS rules. */
  BucketCors(bucketName: string): BucketCors {
    return new BucketCors(bucketName, this.client)
  }

  /** A bucket's lifecycle in its older form. */
  BucketLifecycle(bucketName: string): BucketLifecycle {
    return new BucketLifecycle(bucketName, this.client)
  }

  /** A bucket's lifecycle. */
  BucketLifecycleConfiguration(bucketName: string): BucketLifecycleConfiguration {
    return new BucketLifecycleConfiguration(bucketName, this.client)
  }

  /** Where requests to a bucket are logged. */
  BucketLogging(bucketName: string): BucketLogging {
    return new BucketLogging(bucketName, this.client)
  }

  /** Who is told of events in a bucket. */
  BucketNotification(bucketName: string): BucketNotification {
    return new BucketNotification(bucketName, this.client)
  }

  /** A bucket's policy. */
  BucketPolicy(bucketName: string): BucketPolicy {
    return new BucketPolicy(bucketName, this.client)
  }

  /** Who pays for requests to a bucket. */
  BucketRequestPayment(bucketName: string): BucketRequestPayment {
    return new BucketRequestPayment(bucketName, this.client)
  }

  /** A bucket's tags. */
  BucketTagging(bucketName: string): BucketTagging {
    return new BucketTagging(bucketName, this.client)
  }

  /** Whether a bucket keeps versions. */
  BucketVersioning(bucketName: string): BucketVersioning {
    return new BucketVersioning(bucketName, this.client)
  }

  /** How a bucket is served as a website. */
  BucketWebsite(bucketName: string): BucketWebsite {
    return new BucketWebsite(bucketName, this.client)
  }

  /** An upload in parts. */
  MultipartUpload(bucketName: string, objectKey: string, id: string): MultipartUpload {
    return new MultipartUpload(bucketName, objectKey, id, this.client)
  }

  /** One part of an upload. */
  MultipartUploadPart(
    bucketName: string,
    objectKey: string,
    multipartUploadId: string,
    partNumber: number,
  ): MultipartUploadPart {
    return new MultipartUploadPart(bucketName, objectKey, multipartUploadId, partNumber, this.client)
  }

  /** An object with all its attributes to be loaded. */
  Object(bucketName: string, key: string): S3Object {
    return new S3Object(bucketName, key, this.client)
  }

  /** An object's access control list. */
  ObjectAcl(bucketName: string, objectKey: string): ObjectAcl {
    return new ObjectAcl(bucketName, objectKey, this.client)
  }

  /** An object as a listing shows it. */
  ObjectSummary(bucketName: string, key: string): ObjectSummary {
    return new ObjectSummary(bucketName, key, this.client)
  }

  /** One version of an object. */
  ObjectVersion(bucketName: string, objectKey: string, id: string): ObjectVersion {
    return new ObjectVersion(bucketName, objectKey, id, this.client)
  }
}
