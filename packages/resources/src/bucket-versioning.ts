import {
  type BucketVersioningStatus,
  GetBucketVersioningCommand,
  type GetBucketVersioningCommandInput,
  type GetBucketVersioningCommandOutput,
  PutBucketVersioningCommand,
  type PutBucketVersioningCommandInput,
} from '@aws-sdk/client-s3'
import { Bucket } from './bucket.ts'
import { type RequestOptions, type Unbound, send } from './request.ts'
import { BucketResource } from './resource.ts'

type ChangeInput = Unbound<PutBucketVersioningCommandInput, 'Bucket' | 'VersioningConfiguration'>
type LoadInput = Unbound<GetBucketVersioningCommandInput, 'Bucket'>

/** Whether a bucket keeps the versions of its objects. Loads with {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html GetBucketVersioning}. */
export class BucketVersioning extends BucketResource<GetBucketVersioningCommandOutput, LoadInput> {
  /** `Enabled` or `Suspended`; `undefined` where versioning was never on. */
  get status() {
    return this.attribute('Status')
  }

  /** Whether deleting a version takes a second factor. */
  get mfaDelete() {
    return this.attribute('MFADelete')
  }

  /**
   * Sets the whole configuration, MFA delete included.
   * {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html PutBucketVersioning}
   */
  put(input: Unbound<PutBucketVersioningCommandInput, 'Bucket'>, options?: RequestOptions) {
    return this.changing(
      send(this.client, PutBucketVersioningCommand, { Bucket: this.bucketName }, input, options),
    )
  }

  /** Keeps every version from now on. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html PutBucketVersioning} */
  enable(input: ChangeInput = {}, options?: RequestOptions) {
    return this.#become('Enabled', input, options)
  }

  /** Keeps the versions there are, and adds only null versions. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html PutBucketVersioning} */
  suspend(input: ChangeInput = {}, options?: RequestOptions) {
    return this.#become('Suspended', input, options)
  }

  /** The bucket. */
  Bucket(): Bucket {
    return new Bucket(this.bucketName, this.client)
  }

  #become(Status: BucketVersioningStatus, input: ChangeInput, options: RequestOptions | undefined) {
    const bound = { Bucket: this.bucketName, VersioningConfiguration: { Status } }
    return this.changing(send(this.client, PutBucketVersioningCommand, bound, input, options))
  }

  protected fetch(input: LoadInput | undefined, options?: RequestOptions) {
    return send(this.client, GetBucketVersioningCommand, { Bucket: this.bucketName }, input, options)
  }
}
