import {
  CopyObjectCommand,
  type CopyObjectCommandInput,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  DeleteObjectCommand,
  type DeleteObjectCommandInput,
  GetObjectCommand,
  type GetObjectCommandInput,
  HeadObjectCommand,
  type HeadObjectCommandInput,
  PutObjectCommand,
  type PutObjectCommandInput,
  RestoreObjectCommand,
  type RestoreObjectCommandInput,
} from '@aws-sdk/client-s3'
import type { ClientSource } from './client-of.ts'
import { withSourceText, type WithCopySource } from './copy-source.ts'
import { withBody } from './transfers/content-type.ts'
import type { MultipartUpload } from './multipart-upload.ts'
import { type RequestOptions, type Unbound, send } from './request.ts'
import { LoadableResource } from './resource.ts'
import { waitUntil, type WaitOptions } from './wait-until.ts'

/** What HeadObject takes beside bucket and key. */
export type LoadObjectInput = Unbound<HeadObjectCommandInput, 'Bucket' | 'Key'>

/** What an object and its summary have in common: the actions on a key. */
export abstract class ObjectActions<Data extends object> extends LoadableResource<Data, LoadObjectInput> {
  readonly bucketName: string
  readonly key: string

  constructor(bucketName: string, key: string, client: ClientSource = {}, data?: Data) {
    super(client, data)
    this.bucketName = this.identifier('bucketName', bucketName)
    this.key = this.identifier('key', key)
  }

  /**
   * Copies another object of at most 5 GB here in one request; `CopySource` is `{ Bucket, Key, VersionId }`, or
   * `bucket/key`, percent-encoded, with `?versionId=` where a version is meant. For larger ones see `copy` of an object.
   * Fails with `NoSuchKey`.
   * {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html CopyObject}
   */
  async copyFrom(
    input: WithCopySource<Unbound<CopyObjectCommandInput, 'Bucket' | 'Key'>>,
    options?: RequestOptions,
  ) {
    return this.changing(send(this.client, CopyObjectCommand, this.place, withSourceText(input), options))
  }

  /** Deletes the object, or, where the bucket has versions, puts a delete marker on top. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html DeleteObject} */
  delete(input: Unbound<DeleteObjectCommandInput, 'Bucket' | 'Key'> = {}, options?: RequestOptions) {
    return this.changing(send(this.client, DeleteObjectCommand, this.place, input, options))
  }

  /**
   * The object's head and its bytes, a stream in `Body`; `Range` counts bytes from 0, both ends included. Fails with
   * `NoSuchKey`, `InvalidRange`, or `PreconditionFailed`. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html GetObject}
   */
  get(input: Unbound<GetObjectCommandInput, 'Bucket' | 'Key'> = {}, options?: RequestOptions) {
    return send(this.client, GetObjectCommand, this.place, input, options)
  }

  /**
   * Begins an upload in parts: metadata, ACL and encryption are given here, the bytes part by part.
   * {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html CreateMultipartUpload}
   */
  async initiateMultipartUpload(
    input: Unbound<CreateMultipartUploadCommandInput, 'Bucket' | 'Key'> = {},
    options?: RequestOptions,
  ): Promise<MultipartUpload> {
    const { UploadId } = await this.changing(
      send(this.client, CreateMultipartUploadCommand, this.place, input, options),
    )
    if (UploadId === undefined) throw new Error('The answer to CreateMultipartUpload has no upload id')
    return this.MultipartUpload(UploadId)
  }

  /** Writes the object in one request, at most 5 GB; of a stream give `ContentLength` in bytes. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html PutObject} */
  put(input: Unbound<PutObjectCommandInput, 'Bucket' | 'Key'> = {}, options?: RequestOptions) {
    return this.changing(send(this.client, PutObjectCommand, this.place, withBody(input), options))
  }

  /** Makes an archived object readable for `RestoreRequest.Days` days. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreObject.html RestoreObject} */
  restoreObject(input: Unbound<RestoreObjectCommandInput, 'Bucket' | 'Key'> = {}, options?: RequestOptions) {
    return this.changing(send(this.client, RestoreObjectCommand, this.place, input, options))
  }

  /** Resolves when the object is there; rejects with `WaitTimeoutError` when it does not come. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html HeadObject} */
  waitUntilExists(input: LoadObjectInput = {}, options?: WaitOptions): Promise<void> {
    const awaited = { what: `${this.toString()} exists`, success: [200], retry: [404] }
    return waitUntil((request) => this.head(input, request), awaited, options)
  }

  /** Resolves when the object is gone; rejects with `WaitTimeoutError` when it stays. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html HeadObject} */
  waitUntilNotExists(input: LoadObjectInput = {}, options?: WaitOptions): Promise<void> {
    const awaited = { what: `${this.toString()} is gone`, success: [404], retry: [200] }
    return waitUntil((request) => this.head(input, request), awaited, options)
  }

  /** An upload of this key that was begun before. */
  abstract MultipartUpload(id: string): MultipartUpload

  protected get place() {
    return { Bucket: this.bucketName, Key: this.key }
  }

  protected head(input: LoadObjectInput | undefined, options?: RequestOptions) {
    return send(this.client, HeadObjectCommand, this.place, input, options)
  }
}
