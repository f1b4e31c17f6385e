/** A permission of the ACL model. Source: S3 User Guide, "Access control list (ACL) overview". */
export type AclPermission = 'READ' | 'WRITE' | 'READ_ACP' | 'WRITE_ACP' | 'FULL_CONTROL'

/** What an operation asks for. It stands once, in the operation's declaration. */
export interface AccessRule {
  /** The action that policies name, for example `s3:PutObject`. */
  readonly action: `s3:${string}`
  /** The action instead, where the request names a version. */
  readonly versionedAction?: `s3:${string}`
  /** The resource the action is about. `account` is nothing but the caller's own account. */
  readonly on: 'account' | 'bucket' | 'object'
  /** The grant that allows the same by ACL; absent where no ACL can. */
  readonly acl?: { readonly on: 'bucket' | 'object'; readonly grant: AclPermission }
}
