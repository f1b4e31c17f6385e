export const commonTexts = {
  cancel: 'Cancel',
  close: 'Close',
  copy: 'Copy',
  copied: 'Copied',
  dismiss: 'Dismiss',
  save: 'Save',
  saved: 'Saved.',
  add: 'Add',
  remove: 'Remove',
  more: 'More',
  notJson: (reason: string) => `This is no JSON: ${reason}`,
  loading: 'Loading…',
  nothing: 'None.',
  changes: 'What changes',
  now: (name: string, value: string) => `${name}: ${value}`,
  tryAgain: 'Try again',
  bytes: (value: string, unit: string) => `${value} ${unit}`,
  units: ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'],
  requestId: (id: string) => `Request ${id}`,
  notAllowed: (action: string, resource: string | undefined) =>
    `You may not do this. Ask whoever manages this account for the permission ${action}${resource === undefined ? '' : ` on ${resource}`}.`,
  denied: (action: string, resource: string | undefined, policy: string) =>
    `You may not do this: ${policy} denies ${action}${resource === undefined ? '' : ` on ${resource}`}.`,
  /** What to do about an error, by its code. */
  errors: {
    SignInRefused:
      'No such account, user or password, a wrong or used code, or too many wrong tries. Check all of them.',
    TooManyAttempts: 'There were too many wrong tries from this address. Wait some minutes.',
    PasswordExpired:
      'The password has to be changed, and you may not do that yourself. Ask an administrator for another, or for the permission (iam:ChangePassword).',
    EntityAlreadyExists: 'There is one of this name already.',
    NotFound: 'There is nothing of this name, or it is not yours to know.',
    NotReached: 'The server cannot be reached. Is it running, and is this machine on its network?',
    AccessDenied: 'You may not do this. Ask whoever manages this account for the permission.',
    PublicAccessBlocked:
      'This would be public, which a public access block refuses: that of the bucket (Public access in its settings) or that of the account (Account).',
    InvalidAccessKeyId: 'There is no such access key. Check it for missing characters.',
    InvalidClientTokenId:
      'There is no such access key, or it is turned off. Check it, and the session token of temporary credentials, for missing characters.',
    SignatureDoesNotMatch:
      'The secret key does not belong to this access key. Check it for missing characters.',
    RequestTimeTooSkewed:
      'The clock of this machine is wrong by more than 15 minutes. Set it, then try again.',
    ExpiredToken: 'Your session has ended. Sign in again.',
    SignedInAsAnother: 'This is somebody else. Sign out first, which closes what is open here.',
    NoSuchBucket: 'There is no such bucket. Somebody may have deleted it.',
    NoSuchKey: 'There is no such object. Somebody may have deleted it.',
    BucketAlreadyExists: 'Somebody else has a bucket of this name. Choose another.',
    BucketAlreadyOwnedByYou: 'You have a bucket of this name already.',
    BucketNotEmpty:
      'The bucket is not empty. Delete its objects and their versions first; in a directory bucket, abort open uploads too.',
    InvalidBucketName: 'No bucket may have this name: see the rules of S3 for names of buckets.',
    AccessControlListNotSupported:
      'ACLs are turned off for this bucket: its owner owns all objects (see Ownership in its settings). Use a policy.',
    InvalidRange: 'The object is empty.',
    ObjectLockConfigurationNotFoundError: 'This bucket was made without object lock.',
    InvalidObjectState: 'The object is archived. Restore it first.',
    SlowDown: 'The server has too much to do. Try again in a moment.',
  } as Readonly<Record<string, string>>,
}
