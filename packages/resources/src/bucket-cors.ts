import {
  DeleteBucketCorsCommand,
  type DeleteBucketCorsCommandInput,
  GetBucketCorsCommand,
  type GetBucketCorsCommandInput,
  type GetBucketCorsCommandOutput,
  PutBucketCorsCommand,
  type PutBucketCorsCommandInput,
} from '@aws-sdk/client-s3'
import { Bucket } from './bucket.ts'
import { type RequestOptions, type Unbound, send } from './request.ts'
import { BucketResource } from './resource.ts'

type LoadInput = Unbound<GetBucketCorsCommandInput, 'Bucket'>

/** Which origins may reach a bucket from a browser. Loads with {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketCors.html GetBucketCors}. Loading fails with `NoSuchCORSConfiguration` where there are none. */
export class BucketCors extends BucketResource<GetBucketCorsCommandOutput, LoadInput> {
  /** The rules, in order; the first that fits a request counts. */
  get corsRules() {
    return this.attribute('CORSRules')
  }

  /**
   * Replaces the CORS rules, at most 100.
   * {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html PutBucketCors}
   */
  put(input: Unbound<PutBucketCorsCommandInput, 'Bucket'>, options?: RequestOptions) {
    return this.changing(send(this.client, PutBucketCorsCommand, { Bucket: this.bucketName }, input, options))
  }

  /** Removes it all. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketCors.html DeleteBucketCors} */
  delete(input: Unbound<DeleteBucketCorsCommandInput, 'Bucket'> = {}, options?: RequestOptions) {
    return this.changing(
      send(this.client, DeleteBucketCorsCommand, { Bucket: this.bucketName }, input, options),
    )
  }

  /** The bucket. */
  Bucket(): Bucket {
    return new Bucket(this.bucketName, this.client)
  }

  protected fetch(input: LoadInput | undefined, options?: RequestOptions) {
    return send(this.client, GetBucketCorsCommand, { Bucket: this.bucketName }, input, options)
  }
}
