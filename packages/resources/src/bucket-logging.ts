import {
  GetBucketLoggingCommand,
  type GetBucketLoggingCommandInput,
  type GetBucketLoggingCommandOutput,
  PutBucketLoggingCommand,
  type PutBucketLoggingCommandInput,
} from '@aws-sdk/client-s3'
import { Bucket } from './bucket.ts'
import { type RequestOptions, type Unbound, send } from './request.ts'
import { BucketResource } from './resource.ts'

type LoadInput = Unbound<GetBucketLoggingCommandInput, 'Bucket'>

/** Where the log of requests to a bucket is delivered. Loads with {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLogging.html GetBucketLogging}. */
export class BucketLogging extends BucketResource<GetBucketLoggingCommandOutput, LoadInput> {
  /** Target bucket, prefix and grants; `undefined` where nothing is logged. */
  get loggingEnabled() {
    return this.attribute('LoggingEnabled')
  }

  /**
   * Turns logging on with `LoggingEnabled` in `BucketLoggingStatus`, and off without it.
   * {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLogging.html PutBucketLogging}
   */
  put(input: Unbound<PutBucketLoggingCommandInput, 'Bucket'>, options?: RequestOptions) {
    return this.changing(
      send(this.client, PutBucketLoggingCommand, { Bucket: this.bucketName }, input, options),
    )
  }

  /** The bucket. */
  Bucket(): Bucket {
    return new Bucket(this.bucketName, this.client)
  }

  protected fetch(input: LoadInput | undefined, options?: RequestOptions) {
    return send(this.client, GetBucketLoggingCommand, { Bucket: this.bucketName }, input, options)
  }
}
