import {
  GetBucketRequestPaymentCommand,
  type GetBucketRequestPaymentCommandInput,
  type GetBucketRequestPaymentCommandOutput,
  PutBucketRequestPaymentCommand,
  type PutBucketRequestPaymentCommandInput,
} from '@aws-sdk/client-s3'
import { Bucket } from './bucket.ts'
import { type RequestOptions, type Unbound, send } from './request.ts'
import { BucketResource } from './resource.ts'

type LoadInput = Unbound<GetBucketRequestPaymentCommandInput, 'Bucket'>

/** Who pays for requests to a bucket. Loads with {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketRequestPayment.html GetBucketRequestPayment}. */
export class BucketRequestPayment extends BucketResource<GetBucketRequestPaymentCommandOutput, LoadInput> {
  /** `BucketOwner` or `Requester`. */
  get payer() {
    return this.attribute('Payer')
  }

  /**
   * Sets who pays for requests and downloads.
   * {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketRequestPayment.html PutBucketRequestPayment}
   */
  put(input: Unbound<PutBucketRequestPaymentCommandInput, 'Bucket'>, options?: RequestOptions) {
    return this.changing(
      send(this.client, PutBucketRequestPaymentCommand, { Bucket: this.bucketName }, input, options),
    )
  }

  /** The bucket. */
  Bucket(): Bucket {
    return new Bucket(this.bucketName, this.client)
  }

  protected fetch(input: LoadInput | undefined, options?: RequestOptions) {
    return send(this.client, GetBucketRequestPaymentCommand, { Bucket: this.bucketName }, input, options)
  }
}
