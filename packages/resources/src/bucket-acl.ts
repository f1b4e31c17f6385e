import {
  GetBucketAclCommand,
  type GetBucketAclCommandInput,
  type GetBucketAclCommandOutput,
  PutBucketAclCommand,
  type PutBucketAclCommandInput,
} from '@aws-sdk/client-s3'
import { Bucket } from './bucket.ts'
import { type RequestOptions, type Unbound, send } from './request.ts'
import { BucketResource } from './resource.ts'

type LoadInput = Unbound<GetBucketAclCommandInput, 'Bucket'>

/** Who may do what with a bucket: its access control list. Loads with {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAcl.html GetBucketAcl}. */
export class BucketAcl extends BucketResource<GetBucketAclCommandOutput, LoadInput> {
  /** The bucket's owner. */
  get owner() {
    return this.attribute('Owner')
  }

  /** Each grantee with its permission. */
  get grants() {
    return this.attribute('Grants')
  }

  /**
   * Replaces the ACL by a canned one (`ACL`), by grant headers (`GrantRead`, …) or by a whole `AccessControlPolicy`. Fails with
   * `AccessControlListNotSupported` where the bucket's ownership setting has turned ACLs off.
   * {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html PutBucketAcl}
   */
  put(input: Unbound<PutBucketAclCommandInput, 'Bucket'> = {}, options?: RequestOptions) {
    return this.changing(send(this.client, PutBucketAclCommand, { Bucket: this.bucketName }, input, options))
  }

  /** The bucket. */
  Bucket(): Bucket {
    return new Bucket(this.bucketName, this.client)
  }

  protected fetch(input: LoadInput | undefined, options?: RequestOptions) {
    return send(this.client, GetBucketAclCommand, { Bucket: this.bucketName }, input, options)
  }
}
