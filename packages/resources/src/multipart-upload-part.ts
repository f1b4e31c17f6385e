import {
  type Part,
  UploadPartCommand,
  type UploadPartCommandInput,
  UploadPartCopyCommand,
  type UploadPartCopyCommandInput,
} from '@aws-sdk/client-s3'
import type { ClientSource } from './client-of.ts'
import { withSourceText, type WithCopySource } from './copy-source.ts'
import { MultipartUpload } from './multipart-upload.ts'
import { type RequestOptions, type Unbound, send } from './request.ts'
import { Resource } from './resource.ts'

/** One part of an upload. Comes with attributes out of `multipartUpload.parts`, {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html ListParts}. */
export class MultipartUploadPart extends Resource<Part> {
  readonly bucketName: string
  readonly objectKey: string
  readonly multipartUploadId: string
  readonly partNumber: number

  constructor(
    bucketName: string,
    objectKey: string,
    multipartUploadId: string,
    partNumber: number,
    client: ClientSource = {},
    data?: Part,
  ) {
    super(client, data)
    this.bucketName = this.identifier('bucketName', bucketName)
    this.objectKey = this.identifier('objectKey', objectKey)
    this.multipartUploadId = this.identifier('multipartUploadId', multipartUploadId)
    this.partNumber = this.identifier('partNumber', partNumber)
  }

  /** The part's CRC-32, base64 as the others. */
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

  /** The part's entity tag, in its quotes. */
  get eTag() {
    return this.attribute('ETag')
  }

  /** When it was uploaded. */
  get lastModified() {
    return this.attribute('LastModified')
  }

  /** The size in bytes. */
  get size() {
    return this.attribute('Size')
  }

  /**
   * Makes this part out of another object, or of the bytes of it that `CopySourceRange` names (`bytes=0-5242879`).
   * `CopySource` is `{ Bucket, Key, VersionId }`, or `bucket/key`, percent-encoded.
   * {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html UploadPartCopy}
   */
  async copyFrom(
    input: WithCopySource<Unbound<UploadPartCopyCommandInput, 'Bucket' | 'Key' | 'UploadId' | 'PartNumber'>>,
    options?: RequestOptions,
  ) {
    return send(this.client, UploadPartCopyCommand, this.#place, withSourceText(input), options)
  }

  /** Uploads the part's bytes, 5 MiB to 5 GiB; only the last may have less. Fails with `NoSuchUpload`. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html UploadPart} */
  upload(
    input: Unbound<UploadPartCommandInput, 'Bucket' | 'Key' | 'UploadId' | 'PartNumber'> = {},
    options?: RequestOptions,
  ) {
    return send(this.client, UploadPartCommand, this.#place, input, options)
  }

  /** The upload that this is a part of. */
  MultipartUpload(): MultipartUpload {
    return new MultipartUpload(this.bucketName, this.objectKey, this.multipartUploadId, this.client)
  }

  get #place() {
    return {
      Bucket: this.bucketName,
      Key: this.objectKey,
      UploadId: this.multipartUploadId,
      PartNumber: this.partNumber,
    }
  }
}
