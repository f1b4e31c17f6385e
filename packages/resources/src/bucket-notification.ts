import {
  GetBucketNotificationConfigurationCommand,
  type GetBucketNotificationConfigurationCommandInput,
  type GetBucketNotificationConfigurationCommandOutput,
  PutBucketNotificationConfigurationCommand,
  type PutBucketNotificationConfigurationCommandInput,
} from '@aws-sdk/client-s3'
import { Bucket } from './bucket.ts'
import { type RequestOptions, type Unbound, send } from './request.ts'
import { BucketResource } from './resource.ts'

type LoadInput = Unbound<GetBucketNotificationConfigurationCommandInput, 'Bucket'>

/** What is told of the events in a bucket, and to whom. Loads with {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html GetBucketNotificationConfiguration}. */
export class BucketNotification extends BucketResource<
  GetBucketNotificationConfigurationCommandOutput,
  LoadInput
> {
  /** SNS topics and their events. */
  get topicConfigurations() {
    return this.attribute('TopicConfigurations')
  }

  /** SQS queues and their events. */
  get queueConfigurations() {
    return this.attribute('QueueConfigurations')
  }

  /** Lambda functions and their events. */
  get lambdaFunctionConfigurations() {
    return this.attribute('LambdaFunctionConfigurations')
  }

  /** Present where events go to EventBridge. */
  get eventBridgeConfiguration() {
    return this.attribute('EventBridgeConfiguration')
  }

  /**
   * Replaces the configuration; an empty one turns notifications off. Fails with `InvalidArgument` where a target cannot
   * be reached.
   * {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html PutBucketNotificationConfiguration}
   */
  put(input: Unbound<PutBucketNotificationConfigurationCommandInput, 'Bucket'>, options?: RequestOptions) {
    return this.changing(
      send(
        this.client,
        PutBucketNotificationConfigurationCommand,
        { Bucket: this.bucketName },
        input,
        options,
      ),
    )
  }

  /** The bucket. */
  Bucket(): Bucket {
    return new Bucket(this.bucketName, this.client)
  }

  protected fetch(input: LoadInput | undefined, options?: RequestOptions) {
    return send(
      this.client,
      GetBucketNotificationConfigurationCommand,
      { Bucket: this.bucketName },
      input,
      options,
    )
  }
}
