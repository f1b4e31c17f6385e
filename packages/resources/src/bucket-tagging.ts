import {
  DeleteBucketTaggingCommand,
  type DeleteBucketTaggingCommandInput,
  GetBucketTaggingCommand,
  type GetBucketTaggingCommandInput,
  type GetBucketTaggingCommandOutput,
  PutBucketTaggingCommand,
  type PutBucketTaggingCommandInput,
} from '@aws-sdk/client-s3'
import { Bucket } from './bucket.ts'
import { type RequestOptions, type Unbound, send } from './request.ts'
import { BucketResource } from './resource.ts'

type LoadInput = Unbound<GetBucketTaggingCommandInput, 'Bucket'>

/** The tags of a bucket. Loads with {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketTagging.html GetBucketTagging}. Loading fails with `NoSuchTagSet` where there are none. */
export class BucketTagging extends BucketResource<GetBucketTaggingCommandOutput, LoadInput> {
  /** The tags, at most 50. */
  get tagSet() {
    return this.attribute('TagSet')
  }

  /**
   * Replaces all tags. Fails with `InvalidTag` where a key is doubled or too long.
   * {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html PutBucketTagging}
   */
  put(input: Unbound<PutBucketTaggingCommandInput, 'Bucket'>, options?: RequestOptions) {
    return this.changing(
      send(this.client, PutBucketTaggingCommand, { Bucket: this.bucketName }, input, options),
    )
  }

  /** Removes it all. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketTagging.html DeleteBucketTagging} */
  delete(input: Unbound<DeleteBucketTaggingCommandInput, 'Bucket'> = {}, options?: RequestOptions) {
    return this.changing(
      send(this.client, DeleteBucketTaggingCommand, { Bucket: this.bucketName }, input, options),
    )
  }

  /** The bucket. */
  Bucket(): Bucket {
    return new Bucket(this.bucketName, this.client)
  }

  protected fetch(input: LoadInput | undefined, options?: RequestOptions) {
    return send(this.client, GetBucketTaggingCommand, { Bucket: this.bucketName }, input, options)
  }
}
