import type { OperationInputs } from '../model/types.gen.ts'
import type { QuotaInput } from './quota-schema.ts'

/**
 * The settings that a config may give a bucket, in the order in which they are put: each is what an operation takes, so that
 * its form is Amazon's. Ownership and the public access block come first, for they decide what policies and ACLs may say.
 */
export const BUCKET_SETTINGS = {
  ownership: setting('BucketOwnershipControls', 'OwnershipControls'),
  publicAccessBlock: setting('PublicAccessBlock', 'PublicAccessBlockConfiguration'),
  versioning: setting('BucketVersioning', 'VersioningConfiguration'),
  objectLock: setting('ObjectLockConfiguration', 'ObjectLockConfiguration'),
  encryption: setting('BucketEncryption', 'ServerSideEncryptionConfiguration'),
  lifecycle: setting('BucketLifecycleConfiguration', 'LifecycleConfiguration'),
  cors: setting('BucketCors', 'CORSConfiguration'),
  tagging: setting('BucketTagging', 'Tagging'),
  website: setting('BucketWebsite', 'WebsiteConfiguration'),
  notification: setting('BucketNotificationConfiguration', 'NotificationConfiguration'),
  requestPayment: setting('BucketRequestPayment', 'RequestPaymentConfiguration'),
  policy: setting('BucketPolicy', 'Policy'),
  acl: setting('BucketAcl', 'AccessControlPolicy'),
  logging: setting('BucketLogging', 'BucketLoggingStatus'),
} as const

/** Its two operations, and their member that is it. */
function setting<const Of extends string, const Member extends string>(of: Of, member: Member) {
  return { put: `Put${of}`, get: `Get${of}`, member } as const
}

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
  readonly quota?: QuotaInput | undefined
  readonly objects?: readonly ObjectInput[] | undefined
}
