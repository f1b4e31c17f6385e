import type { _Object, HeadObjectCommandOutput } from '@aws-sdk/client-s3'
import { Bucket } from './bucket.ts'
import { MultipartUpload } from './multipart-upload.ts'
import { ObjectAcl } from './object-acl.ts'
import { ObjectVersion } from './object-version.ts'
import { S3Object } from './object.ts'
import { type LoadObjectInput, ObjectActions } from './object-actions.ts'
import type { RequestOptions } from './request.ts'

/** What a listing tells of an object, or, of one that was loaded, its head. */
export type ObjectSummaryData = Omit<_Object, 'StorageClass'> & {
  StorageClass?: string | undefined
} & Partial<Omit<HeadObjectCommandOutput, keyof _Object | 'ContentLength'>>

/** An object as a listing shows it. Comes loaded out of `bucket.objects`; loads with {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html HeadObject}. */
export class ObjectSummary extends ObjectActions<ObjectSummaryData> {
  /** The algorithms of the object's checksums; out of a listing only. */
  get checksumAlgorithm() {
    return this.attribute('ChecksumAlgorithm')
  }

  /** `FULL_OBJECT`, or `COMPOSITE`: of the parts' checksums. */
  get checksumType() {
    return this.attribute('ChecksumType')
  }

  /** The entity tag, in its quotes. */
  get eTag() {
    return this.attribute('ETag')
  }

  /** When it was written. */
  get lastModified() {
    return this.attribute('LastModified')
  }

  /** Its owner; out of a listing only. */
  get owner() {
    return this.attribute('Owner')
  }

  /** How far its restoration is; out of a listing with `OptionalObjectAttributes: ['RestoreStatus']`. */
  get restoreStatus() {
    return this.attribute('RestoreStatus')
  }

  /** The size in bytes. */
  get size() {
    return this.attribute('Size')
  }

  /** The storage class; `undefined` means `STANDARD`. */
  get storageClass() {
    return this.attribute('StorageClass')
  }

  /** The object with all its attributes to be loaded. */
  Object(): S3Object {
    return new S3Object(this.bucketName, this.key, this.client)
  }

  /** The object's access control list. */
  Acl(): ObjectAcl {
    return new ObjectAcl(this.bucketName, this.key, this.client)
  }

  /** The bucket. */
  Bucket(): Bucket {
    return new Bucket(this.bucketName, this.client)
  }

  /** An upload of this key that was begun before. */
  MultipartUpload(id: string): MultipartUpload {
    return new MultipartUpload(this.bucketName, this.key, id, this.client)
  }

  /** One version of the object. */
  Version(id: string): ObjectVersion {
    return new ObjectVersion(this.bucketName, this.key, id, this.client)
  }

  protected async fetch(input: LoadObjectInput | undefined, options?: RequestOptions) {
    const { ContentLength: Size, ...head } = await this.head(input, options)
    return { ...head, Size }
  }
}
