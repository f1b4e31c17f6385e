import {
  DeleteBucketLifecycleCommand,
  type DeleteBucketLifecycleCommandInput,
  GetBucketLifecycleConfigurationCommand,
  type GetBucketLifecycleConfigurationCommandInput,
  type GetBucketLifecycleConfigurationCommandOutput,
  PutBucketLifecycleConfigurationCommand,
  type PutBucketLifecycleConfigurationCommandInput,
} from '@aws-sdk/client-s3'
import { Bucket } from './bucket.ts'
import { type RequestOptions, type Unbound, send } from './request.ts'
import { BucketResource } from './resource.ts'

type LoadInput = Unbound<GetBucketLifecycleConfigurationCommandInput, 'Bucket'>

/** When objects of a bucket move to another storage class or expire. Loads with {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLifecycleConfiguration.html GetBucketLifecycleConfiguration}. Loading fails with `NoSuchLifecycleConfiguration` where there is none. */
export class BucketLifecycleConfiguration extends BucketResource<
  GetBucketLifecycleConfigurationCommandOutput,
  LoadInput
> {
  /** The rules, at most 1,000. Ages are in days, sizes in bytes. */
  get rules() {
    return this.attribute('Rules')
  }

  /** From which size small objects are moved by default. */
  get transitionDefaultMinimumObjectSize() {
    return this.attribute('TransitionDefaultMinimumObjectSize')
  }

  /**
   * Replaces all rules.
   * {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html PutBucketLifecycleConfiguration}
   */
  put(input: Unbound<PutBucketLifecycleConfigurationCommandInput, 'Bucket'>, options?: RequestOptions) {
    return this.changing(
      send(this.client, PutBucketLifecycleConfigurationCommand, { Bucket: this.bucketName }, input, options),
    )
  }

  /** Removes it all. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketLifecycle.html DeleteBucketLifecycle} */
  delete(input: Unbound<DeleteBucketLifecycleCommandInput, 'Bucket'> = {}, options?: RequestOptions) {
    return this.changing(
      send(this.client, DeleteBucketLifecycleCommand, { Bucket: this.bucketName }, input, options),
    )
  }

  /** The bucket. */
  Bucket(): Bucket {
    return new Bucket(this.bucketName, this.client)
  }

  protected fetch(input: LoadInput | undefined, options?: RequestOptions) {
    return send(
      this.client,
      GetBucketLifecycleConfigurationCommand,
      { Bucket: this.bucketName },
      input,
      options,
    )
  }
}
