import {
  type DeleteMarkerEntry,
  DeleteObjectCommand,
  type DeleteObjectCommandInput,
  GetObjectCommand,
  type GetObjectCommandInput,
  HeadObjectCommand,
  type HeadObjectCommandInput,
  type ObjectVersion as ObjectVersionEntry,
} from '@aws-sdk/client-s3'
import type { ClientSource } from './client-of.ts'
import { S3Object } from './object.ts'
import { type RequestOptions, type Unbound, send } from './request.ts'
import { Resource } from './resource.ts'

/** What a listing tells of a version. A delete marker has neither size, tag nor storage class. */
export type ObjectVersionData = ObjectVersionEntry & DeleteMarkerEntry

/** One version of an object, or a delete marker. Comes with attributes out of `bucket.objectVersions`, {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html ListObjectVersions}. */
export class ObjectVersion extends Resource<ObjectVersionData> {
  readonly bucketName: string
  readonly objectKey: string
  readonly id: string

  constructor(
    bucketName: string,
    objectKey: string,
    id: string,
    client: ClientSource = {},
    data?: ObjectVersionData,
  ) {
    super(client, data)
    this.bucketName = this.identifier('bucketName', bucketName)
    this.objectKey = this.identifier('objectKey', objectKey)
    this.id = this.identifier('id', id)
  }

  /** The algorithms of the version's checksums. */
  get checksumAlgorithm() {
    return this.attribute('ChecksumAlgorithm')
  }

  /** `FULL_OBJECT`, or `COMPOSITE`: of the parts' checksums. */
  get checksumType() {
    return this.attribute('ChecksumType')
  }

  /** The entity tag, in its quotes; `undefined` of a delete marker. */
  get eTag() {
    return this.attribute('ETag')
  }

  /** Whether it is the current version. */
  get isLatest() {
    return this.attribute('IsLatest')
  }

  /** The object's key. */
  get key() {
    return this.attribute('Key')
  }

  /** When it was written. */
  get lastModified() {
    return this.attribute('LastModified')
  }

  /** Its owner. */
  get owner() {
    return this.attribute('Owner')
  }

  /** How far its restoration is. */
  get restoreStatus() {
    return this.attribute('RestoreStatus')
  }

  /** The size in bytes; `undefined` of a delete marker. */
  get size() {
    return this.attribute('Size')
  }

  /** The storage class. */
  get storageClass() {
    return this.attribute('StorageClass')
  }

  /** The version's id, `null` for the null version. */
  get versionId() {
    return this.attribute('VersionId')
  }

  /** Deletes this version for good, or removes this delete marker. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html DeleteObject} */
  delete(
    input: Unbound<DeleteObjectCommandInput, 'Bucket' | 'Key' | 'VersionId'> = {},
    options?: RequestOptions,
  ) {
    return send(this.client, DeleteObjectCommand, this.#place, input, options)
  }

  /** The version's head and its bytes, a stream in `Body`. Fails with `NoSuchVersion`. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html GetObject} */
  get(input: Unbound<GetObjectCommandInput, 'Bucket' | 'Key' | 'VersionId'> = {}, options?: RequestOptions) {
    return send(this.client, GetObjectCommand, this.#place, input, options)
  }

  /** The version's head. Fails with `NotFound`, of a delete marker with status 405. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html HeadObject} */
  head(
    input: Unbound<HeadObjectCommandInput, 'Bucket' | 'Key' | 'VersionId'> = {},
    options?: RequestOptions,
  ) {
    return send(this.client, HeadObjectCommand, this.#place, input, options)
  }

  /** The object that this is a version of. */
  Object(): S3Object {
    return new S3Object(this.bucketName, this.objectKey, this.client)
  }

  get #place() {
    return { Bucket: this.bucketName, Key: this.objectKey, VersionId: this.id }
  }
}
