import type { OperationInputs } from '../model/types.gen.ts'

/**
 * The settings that a config may give a bucket, in the order in which they are put: each is what an operation takes, so that
 * its form is Amazon's. Ownership and the public access block come first, for they decide what policies and ACLs may say.
 */
export const BUCKET_SETTINGS = {
  ownership: {
    put: 'PutBucketOwnershipControls',
    get: 'GetBucketOwnershipControls',
    member: 'OwnershipControls',
  },
  publicAccessBlock: {
    put: 'PutPublicAccessBlock',
    get: 'GetPublicAccessBlock',
    member: 'PublicAccessBlockConfiguration',
  },
  versioning: { put: 'PutBucketVersioning', get: 'GetBucketVersioning', member: 'VersioningConfiguration' },
  objectLock: {
    put: 'PutObjectLockConfiguration',
    get: 'GetObjectLockConfiguration',
    member: 'ObjectLockConfiguration',
  },
  encryption: {
    put: 'PutBucketEncryption',
    get: 'GetBucketEncryption',
    member: 'ServerSideEncryptionConfiguration',
  },
  lifecycle: {
    put: 'PutBucketLifecycleConfiguration',
    get: 'GetBucketLifecycleConfiguration',
    member: 'LifecycleConfiguration',
  },
  cors: { put: 'PutBucketCors', get: 'GetBucketCors', member: 'CORSConfiguration' },
  tagging: { put: 'PutBucketTagging', get: 'GetBucketTagging', member: 'Tagging' },
  website: { put: 'PutBucketWebsite', get: 'GetBucketWebsite', member: 'WebsiteConfiguration' },
  notification: {
    put: 'PutBucketNotificationConfiguration',
    get: 'GetBucketNotificationConfiguration',
    member: 'NotificationConfiguration',
  },
  requestPayment: {
    put: 'PutBucketRequestPayment',
    get: 'GetBucketRequestPayment',
    member: 'RequestPaymentConfiguration',
  },
  policy: { put: 'PutBucketPolicy', get: 'GetBucketPolicy', member: 'Policy' },
  acl: { put: 'PutBucketAcl', get: 'GetBucketAcl', member: 'AccessControlPolicy' },
  logging: { put: 'PutBucketLogging', get: 'GetBucketLogging', member: 'BucketLoggingStatus' },
} as const

type Table = typeof BUCKET_SETTINGS

export type BucketSettingName = keyof Table

type Taken<Name extends BucketSettingName> = OperationInputs[Table[Name]['put']][Table[Name]['member'] &
  keyof OperationInputs[Table[Name]['put']]]

/** An object that a bucket is given where it has none of that key: what PutObject takes, with the body as text or a file. */
export type ObjectInput = Omit<OperationInputs['PutObject'], 'Bucket' | 'Body'> & {
  readonly Body?: string | Uint8Array | undefined
  /** The path of a file with the body, in place of it. */
  readonly file?: string | undefined
}

/** A bucket as a config describes it. */
export interface BucketInput extends Omit<
  { readonly [Name in BucketSettingName]?: Taken<Name> | undefined },
  'policy'
> {
  readonly name: string
  /** The id of the account that owns it. Default: the first. */
  readonly account?: string | undefined
  /** As text, or as the object that it is. */
  readonly policy?: string | object | undefined
  readonly objects?: readonly ObjectInput[] | undefined
}
