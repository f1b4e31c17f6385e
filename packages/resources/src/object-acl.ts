import {
  GetObjectAclCommand,
  type GetObjectAclCommandInput,
  type GetObjectAclCommandOutput,
  PutObjectAclCommand,
  type PutObjectAclCommandInput,
} from '@aws-sdk/client-s3'
import type { ClientSource } from './client-of.ts'
import { S3Object } from './object.ts'
import { type RequestOptions, type Unbound, send } from './request.ts'
import { LoadableResource } from './resource.ts'

type LoadInput = Unbound<GetObjectAclCommandInput, 'Bucket' | 'Key'>

/** Who may do what with an object: its access control list. Loads with {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAcl.html GetObjectAcl}. */
export class ObjectAcl extends LoadableResource<GetObjectAclCommandOutput, LoadInput> {
  readonly bucketName: string
  readonly objectKey: string

  constructor(bucketName: string, objectKey: string, client: ClientSource = {}) {
    super(client)
    this.bucketName = this.identifier('bucketName', bucketName)
    this.objectKey = this.identifier('objectKey', objectKey)
  }

  /** The object's owner. */
  get owner() {
    return this.attribute('Owner')
  }

  /** Each grantee with its permission. */
  get grants() {
    return this.attribute('Grants')
  }

  /** `requester` where the requester pays for this request. */
  get requestCharged() {
    return this.attribute('RequestCharged')
  }

  /**
   * Replaces the ACL by a canned one (`ACL`), by grant headers (`GrantRead`, …) or by a whole `AccessControlPolicy`.
   * Fails with `AccessControlListNotSupported` where the bucket's ownership setting has turned ACLs off.
   * {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html PutObjectAcl}
   */
  put(input: Unbound<PutObjectAclCommandInput, 'Bucket' | 'Key'> = {}, options?: RequestOptions) {
    return this.changing(send(this.client, PutObjectAclCommand, this.#place, input, options))
  }

  /** The object. */
  Object(): S3Object {
    return new S3Object(this.bucketName, this.objectKey, this.client)
  }

  protected fetch(input: LoadInput | undefined, options?: RequestOptions) {
    return send(this.client, GetObjectAclCommand, this.#place, input, options)
  }

  get #place() {
    return { Bucket: this.bucketName, Key: this.objectKey }
  }
}
