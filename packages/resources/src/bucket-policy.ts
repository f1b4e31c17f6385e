import {
  DeleteBucketPolicyCommand,
  type DeleteBucketPolicyCommandInput,
  GetBucketPolicyCommand,
  type GetBucketPolicyCommandInput,
  type GetBucketPolicyCommandOutput,
  PutBucketPolicyCommand,
  type PutBucketPolicyCommandInput,
} from '@aws-sdk/client-s3'
import { Bucket } from './bucket.ts'
import { type RequestOptions, type Unbound, send } from './request.ts'
import { BucketResource } from './resource.ts'

type LoadInput = Unbound<GetBucketPolicyCommandInput, 'Bucket'>

/** The policy of a bucket. Loads with {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html GetBucketPolicy}. Loading fails with `NoSuchBucketPolicy` where there is none. */
export class BucketPolicy extends BucketResource<GetBucketPolicyCommandOutput, LoadInput> {
  /** The policy, a JSON text of at most 20 KB. */
  get policy() {
    return this.attribute('Policy')
  }

  /**
   * Replaces the policy. Fails with `MalformedPolicy` where the text is none.
   * {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html PutBucketPolicy}
   */
  put(input: Unbound<PutBucketPolicyCommandInput, 'Bucket'>, options?: RequestOptions) {
    return this.changing(
      send(this.client, PutBucketPolicyCommand, { Bucket: this.bucketName }, input, options),
    )
  }

  /** Removes it all. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html DeleteBucketPolicy} */
  delete(input: Unbound<DeleteBucketPolicyCommandInput, 'Bucket'> = {}, options?: RequestOptions) {
    return this.changing(
      send(this.client, DeleteBucketPolicyCommand, { Bucket: this.bucketName }, input, options),
    )
  }

  /** The bucket. */
  Bucket(): Bucket {
    return new Bucket(this.bucketName, this.client)
  }

  protected fetch(input: LoadInput | undefined, options?: RequestOptions) {
    return send(this.client, GetBucketPolicyCommand, { Bucket: this.bucketName }, input, options)
  }
}
