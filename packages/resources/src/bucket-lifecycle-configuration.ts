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
import type { ClientSource } from './client-of.ts'
import type { RequestOptions, Unbound } from './request.ts'
import { LoadableResource } from './resource.ts'

type LoadInput = Unbound<GetBucketLifecycleConfigurationCommandInput, 'Bucket'>

/** When objects of a bucket move to another storage class or expire. Loads with {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLifecycleConfiguration.html GetBucketLifecycleConfiguration}. Loading fails with `NoSuchLifecycleConfiguration` where there is none. */
export class BucketLifecycleConfiguration extends LoadableResource<
  GetBucketLifecycleConfigurationCommandOutput,
  LoadInput
> {
  readonly bucketName: string

  constructor(bucketName: string, client: ClientSource = {}) {
    super(client)
    this.bucketName = bucketName
  }

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
    const request = { ...input, Bucket: this.bucketName }
    return this.changing(this.client.send(new PutBucketLifecycleConfigurationCommand(request), options))
  }

  /** Removes it all. {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketLifecycle.html DeleteBucketLifecycle} */
  delete(input: Unbound<DeleteBucketLifecycleCommandInput, 'Bucket'> = {}, options?: RequestOptions) {
    const request = { ...input, Bucket: this.bucketName }
    return this.changing(this.client.send(new DeleteBucketLifecycleCommand(request), options))
  }

  /** The bucket. */
  Bucket(): Bucket {
    return new Bucket(this.bucketName, this.client)
  }

  protected fetch(input: LoadInput | undefined, options?: RequestOptions) {
    return this.client.send(
      new GetBucketLifecycleConfigurationCommand({ ...input, Bucket: this.bucketName }),
      options,
    )
  }
}
