import type { AclPermission } from './acl/acl.ts'

/** What an operation asks for. It stands once, in the operation's declaration. */
export interface AccessRule {
  /** The action that policies name, for example `s3:PutObject`. */
  readonly action: `s3:${string}`
  /** The action instead, where the request names a version. */
  readonly versionedAction?: `s3:${string}`
  /** The resource the action is about. `account` is nothing but the caller's own account. */
  readonly on: 'account' | 'bucket' | 'object'
  /**
   * The grant that allows the same by ACL; absent where no ACL can. A rule with a grant on the object is for the
   * object's owner to allow; every other one, on a bucket or an object, for the bucket's owner.
   */
  readonly acl?: { readonly on: 'bucket' | 'object'; readonly grant: AclPermission }
}

/** The action that a request asks for. */
export function actionOf(rule: AccessRule, namesVersion: boolean): `s3:${string}` {
  return (namesVersion ? rule.versionedAction : undefined) ?? rule.action
}

/** The ARN of a bucket or, with `key`, of an object in it. */
export function s3Arn(bucket: string, key?: string): string {
  return key === undefined ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/${key}`
}
