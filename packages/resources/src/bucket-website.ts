import {
  DeleteBucketWebsiteCommand,
  type DeleteBucketWebsiteCommandInput,
  GetBucketWebsiteCommand,
  type GetBucketWebsiteCommandInput,
  type GetBucketWebsiteCommandOutput,
  PutBucketWebsiteCommand,
  type PutBucketWebsiteCommandInput,
} from '@aws-sdk/client-s3'
import { Bucket } from './bucket.ts'
import { type RequestOptions, type Unbound, send } from './request.ts'
import { BucketResource } from './resource.ts'

type LoadInput = Unbound<GetBucketWebsiteCommandInput, 'Bucket'>

/** How a bucket is served as a website. Loads with {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketWebsite.html GetBucketWebsite}. Loading fails with `NoSuchWebsiteConfiguration` where there is none. */
export class BucketWebsite extends BucketResource<GetBucketWebsiteCommandOutput, LoadInput> {
  /** The host that all requests are sent to. */
  get redirectAllRequestsTo() {
    return this.attribute('RedirectAllRequestsTo')
  }

  /** The document that stands for a folder. */
  get indexDocument() {
    return this.attribute('IndexDocument')
  }

  /** The document of an error. */
  get errorDocument() {
    return this.attribute('ErrorDocument')
  }

  /** When requests are redirected, and to where. */
  get routingRules() {
    return this.attribute('RoutingRules')
  }

  /**
   * Replaces the website configuration.
   * {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketWebsite.html PutBucketWebsite}
   */
  put(input: Unbound<PutBucketWebsiteCommandInput, 'Bucket'>, options?: RequestOptions) {
    return this.changing(
      send(this.client, PutBucketWebsiteCommand, { Bucket: this.bucketName }, input, options),
    )
  }

  /** Removes it all. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketWebsite.html DeleteBucketWebsite} */
  delete(input: Unbound<DeleteBucketWebsiteCommandInput, 'Bucket'> = {}, options?: RequestOptions) {
    return this.changing(
      send(this.client, DeleteBucketWebsiteCommand, { Bucket: this.bucketName }, input, options),
    )
  }

  /** The bucket. */
  Bucket(): Bucket {
    return new Bucket(this.bucketName, this.client)
  }

  protected fetch(input: LoadInput | undefined, options?: RequestOptions) {
    return send(this.client, GetBucketWebsiteCommand, { Bucket: this.bucketName }, input, options)
  }
}
