import {
  AbortMultipartUploadCommand,
  type AbortMultipartUploadCommandInput,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  type MultipartUpload as MultipartUploadEntry,
} from '@aws-sdk/client-s3'
import type { ClientSource } from './client-of.ts'
import { listParts } from './listings/list-parts.ts'
import { MultipartUploadPart } from './multipart-upload-part.ts'
import { S3Object } from './object.ts'
import { type RequestOptions, type Unbound, send } from './request.ts'
import { Resource } from './resource.ts'

/** An upload in parts that is under way. Comes with attributes out of `bucket.multipartUploads`, {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html ListMultipartUploads}. */
export class MultipartUpload extends Resource<MultipartUploadEntry> {
  readonly bucketName: string
  readonly objectKey: string
  readonly id: string

  constructor(
    bucketName: string,
    objectKey: string,
    id: string,
    client: ClientSource = {},
    data?: MultipartUploadEntry,
  ) {
    super(client, data)
    this.bucketName = this.identifier('bucketName', bucketName)
    this.objectKey = this.identifier('objectKey', objectKey)
    this.id = this.identifier('id', id)
  }

  /** The algorithm of the parts' checksums. */
  get checksumAlgorithm() {
    return this.attribute('ChecksumAlgorithm')
  }

  /** `FULL_OBJECT`, or `COMPOSITE`: of the parts' checksums. */
  get checksumType() {
    return this.attribute('ChecksumType')
  }

  /** When it was begun. */
  get initiated() {
    return this.attribute('Initiated')
  }

  /** Who began it. */
  get initiator() {
    return this.attribute('Initiator')
  }

  /** The key it will be under. */
  get key() {
    return this.attribute('Key')
  }

  /** Who will own the object. */
  get owner() {
    return this.attribute('Owner')
  }

  /** The storage class the object will have. */
  get storageClass() {
    return this.attribute('StorageClass')
  }

  /** The upload's id. */
  get uploadId() {
    return this.attribute('UploadId')
  }

  /** Of the version that it will make, where the bucket has versioning. */
  get versionId() {
    return this.attribute('VersionId')
  }

  /** Gives the upload up: its parts are removed. Fails with `NoSuchUpload`. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html AbortMultipartUpload} */
  abort(
    input: Unbound<AbortMultipartUploadCommandInput, 'Bucket' | 'Key' | 'UploadId'> = {},
    options?: RequestOptions,
  ) {
    return send(this.client, AbortMultipartUploadCommand, this.#place, input, options)
  }

  /**
   * Makes the object out of the parts that `MultipartUpload.Parts` names, in ascending order. Fails with `InvalidPart`,
   * `InvalidPartOrder`, or `EntityTooSmall` where a part but the last has less than 5 MiB. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html CompleteMultipartUpload}
   */
  async complete(
    input: Unbound<CompleteMultipartUploadCommandInput, 'Bucket' | 'Key' | 'UploadId'> = {},
    options?: RequestOptions,
  ): Promise<S3Object> {
    await send(this.client, CompleteMultipartUploadCommand, this.#place, input, options)
    return this.Object()
  }

  /** The parts uploaded so far, by number. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html ListParts} */
  get parts() {
    return listParts(this)
  }

  /** The object that this will make. */
  Object(): S3Object {
    return new S3Object(this.bucketName, this.objectKey, this.client)
  }

  /** One part; numbers go from 1 to 10,000. */
  Part(partNumber: number): MultipartUploadPart {
    return new MultipartUploadPart(this.bucketName, this.objectKey, this.id, partNumber, this.client)
  }

  get #place() {
    return { Bucket: this.bucketName, Key: this.objectKey, UploadId: this.id }
  }
}
