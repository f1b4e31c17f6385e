import type { AclPermission } from './acl/acl.ts'

/** As policies name it, for example `s3:PutObject`. */
export type S3Action = `s3:${string}` | `s3express:${string}`

/** What a session of a directory bucket is good for. */
export type SessionMode = 'ReadOnly' | 'ReadWrite'

/** What is asked for in a directory bucket: its policies know nothing of objects. */
export interface DirectoryRule {
  readonly action: `s3express:${string}`
  /** Of what is done with objects: a session of this mode is enough, or the permission to create one. */
  readonly mode?: SessionMode
  /** No session is enough: it takes the credentials of IAM. */
  readonly refusesSessions?: true
}

/** Source: S3 API Reference, CreateSession: what a `ReadOnly` session is constrained to, and all else. */
export const READS_DIRECTORY: DirectoryRule = { action: 's3express:CreateSession', mode: 'ReadOnly' }
export const WRITES_DIRECTORY: DirectoryRule = { action: 's3express:CreateSession', mode: 'ReadWrite' }
/** Source: S3 API Reference, CopyObject and UploadPartCopy: "You must use the IAM credentials". */
export const COPIES_TO_DIRECTORY: DirectoryRule = { ...WRITES_DIRECTORY, refusesSessions: true }

/** What an operation asks for. It stands once, in the operation's declaration. */
export interface AccessRule {
  /** The action that policies name, for example `s3:PutObject`; `s3express:` where there is none for general purpose buckets. */
  readonly action: S3Action
  /** The action instead, where the request names a version. */
  readonly versionedAction?: S3Action
  /** The resource the action is about. `account` is nothing but the caller's own account. */
  readonly on: 'account' | 'bucket' | 'object'
  /**
   * The grant that allows the same by ACL; absent where no ACL can. A rule with a grant on the object is for the
   * object's owner to allow; every other one, on a bucket or an object, for the bucket's owner.
   */
  readonly acl?: { readonly on: 'bucket' | 'object'; readonly grant: AclPermission }
  /** The same in a directory bucket. Absent: it is nothing that directory buckets have. */
  readonly directory?: DirectoryRule
}

/** The action that a request asks for. */
export function actionOf(rule: AccessRule, namesVersion: boolean): S3Action {
  return (namesVersion ? rule.versionedAction : undefined) ?? rule.action
}

/** The ARN of a bucket or, with `key`, of an object in it. */
export function s3Arn(bucket: string, key?: string): string {
  return key === undefined ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/${key}`
}
