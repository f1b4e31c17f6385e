import type { Who } from '../access-room.ts'
import type { AclChoice, Grantee, Permission, Situation, Statement } from './situations.ts'

/*
 * Who may do what, written from Amazon's documentation and from nothing of the server's. Each table and rule names its
 * page of the S3 User Guide, unless it says otherwise.
 */

/** `404` and `405`: what is told to those who may know more; `400`: the bucket has no ACLs. */
export type Outcome = 'allowed' | '400' | '403' | '404' | '405'

/** One request, as far as access is concerned. */
export interface Asked {
  /** All of them are needed. Without `s3:`. */
  readonly actions: readonly string[]
  readonly on: 'bucket' | 'object'
  /** Whether the object is there before the request. */
  readonly isAbsent?: boolean
  /** An ACL that the request sets, on what there is or on a new object. */
  readonly sets?: 'its own ACL' | 'a public ACL'
  readonly signedOnly?: boolean
  /** An upload, which who began it may see and end. The writer began it. */
  readonly ofInitiator?: boolean
}

/** "Access control list (ACL) overview", "Mapping of ACL permissions and access policy permissions". */
const MAPPING: Readonly<Record<'bucket' | 'object', Partial<Record<Permission, readonly string[]>>>> = {
  bucket: {
    READ: ['ListBucket', 'ListBucketVersions', 'ListBucketMultipartUploads'],
    // "For the bucket and object owners of existing objects, also allows deletions and overwrites of those objects."
    WRITE: ['PutObject', 'DeleteObject'],
    READ_ACP: ['GetBucketAcl'],
    WRITE_ACP: ['PutBucketAcl'],
  },
  object: {
    // API Reference, GetObjectAttributes: "you must have READ access to the object".
    READ: ['GetObject', 'GetObjectVersion', 'GetObjectAttributes'],
    READ_ACP: ['GetObjectAcl', 'GetObjectVersionAcl'],
    WRITE_ACP: ['PutObjectAcl', 'PutObjectVersionAcl'],
  },
}

type AnyGrantee = Grantee | 'its owner' | 'bucket owner' | 'somebody else'

/** The same page, "Canned ACL". `somebody else`: EC2 and log delivery, who never ask here. */
const CANNED: Readonly<Record<string, readonly (readonly [AnyGrantee, Permission])[]>> = {
  private: [],
  'public-read': [['everyone', 'READ']],
  'public-read-write': [
    ['everyone', 'READ'],
    ['everyone', 'WRITE'],
  ],
  'aws-exec-read': [['somebody else', 'READ']],
  'authenticated-read': [['authenticated', 'READ']],
  'bucket-owner-read': [['bucket owner', 'READ']],
  'bucket-owner-full-control': [['bucket owner', 'FULL_CONTROL']],
  'log-delivery-write': [
    ['somebody else', 'WRITE'],
    ['somebody else', 'READ_ACP'],
  ],
}

const grantsOf = (acl: AclChoice): readonly (readonly [AnyGrantee, Permission])[] =>
  'canned' in acl ? (CANNED[acl.canned] ?? []) : [[acl.to, acl.permission]]

/** "Blocking public access to your Amazon S3 storage", "The meaning of 'public'", "ACLs". */
const isPublicAcl = (acl: AclChoice): boolean =>
  grantsOf(acl).some(([grantee]) => grantee === 'everyone' || grantee === 'authenticated')

/** The same, "Bucket policies": anybody, and no fixed range of addresses. Whether it is over TLS is not on its list. */
const isPublicPolicy = (policy: readonly Statement[]): boolean =>
  policy.some(
    ({ effect, who, condition }) => effect === 'Allow' && who === 'everyone' && condition !== 'near',
  )

/**
 * "Controlling ownership of objects and disabling ACLs for your bucket": enforced, all objects are the bucket owner's;
 * preferred, those that came with `bucket-owner-full-control`.
 */
function ownerOfObjects({ ownership, uploader, objectAcl }: Situation): 'owner' | 'writer' {
  const isGiven = 'canned' in objectAcl && objectAcl.canned === 'bucket-owner-full-control'
  if (ownership === 'BucketOwnerEnforced') return 'owner'
  return ownership === 'BucketOwnerPreferred' && isGiven ? 'owner' : uploader
}

/**
 * "How Amazon S3 authorizes a request for an object operation": the object's owner has to permit what the ACL of an object
 * can permit, and permits by nothing else; all else is for the bucket's owner. API Reference, GetObjectTagging and its
 * like: "By default, the bucket owner has this permission and can grant this permission to others."
 */
const isForObjectOwner = (action: string): boolean =>
  Object.values(MAPPING.object).some((actions) => actions.includes(action))

function applies(statement: Statement, who: Who, action: string, on: 'bucket' | 'object'): boolean {
  const { who: names, actions, withBucket, condition } = statement
  const isNamed = names === 'everyone' || ('not' in names ? !names.not.includes(who) : names.includes(who))
  const isMeant = actions.some(
    (each) => each === action || (each.endsWith('*') && action.startsWith(each.slice(0, -1))),
  )
  return isNamed && isMeant && (on === 'object' || withBucket) && condition !== 'secure'
}

function aclPermits(
  situation: Situation,
  who: Who,
  action: string,
  { on, isAbsent = false }: Asked,
): boolean {
  const { ownership, switches, bucketAcl, objectAcl } = situation
  // "ACLs no longer affect access permissions to your bucket."
  if (ownership === 'BucketOwnerEnforced') return false
  const isOfObject = on === 'object' && isForObjectOwner(action)
  if (isOfObject && isAbsent) return false
  const acl = isOfObject ? objectAcl : bucketAcl
  // IgnorePublicAcls: "to ignore all public ACLs on a bucket and any objects that it contains".
  if (switches.includes('IgnorePublicAcls') && isPublicAcl(acl)) return false
  // WRITE allows overwrites and deletions to owners alone.
  if (on === 'object' && !isOfObject && !isAbsent && who !== ownerOfObjects(situation)) return false
  const means = MAPPING[isOfObject ? 'object' : 'bucket']
  return grantsOf(acl).some(([grantee, permission]) => {
    const names = permission === 'FULL_CONTROL' ? Object.values(means).flat() : (means[permission] ?? [])
    return includes(grantee, who) && names.includes(action)
  })
}

/** "Amazon S3 predefined groups". */
function includes(grantee: AnyGrantee, who: Who): boolean {
  if (grantee === 'everyone') return true
  if (grantee === 'authenticated') return who !== 'anonymous'
  return grantee === who || (grantee === 'bucket owner' && who === 'owner')
}

/** API Reference, PutBucketPolicy: the root user of the bucket's account may do these even where its policy denies them. */
const MENDING: ReadonlySet<string> = new Set(['GetBucketPolicy', 'PutBucketPolicy', 'DeleteBucketPolicy'])

export function isDenied(situation: Situation, who: Who, action: string, on: 'bucket' | 'object'): boolean {
  if (who === 'owner' && MENDING.has(action)) return false
  const { policy, switches } = situation
  if (policy.some((each) => each.effect === 'Deny' && applies(each, who, action, on))) return true
  // RestrictPublicBuckets: "blocks all cross-account access to the … bucket".
  return switches.includes('RestrictPublicBuckets') && isPublicPolicy(policy) && who !== 'owner'
}

export function isPermitted(situation: Situation, who: Who, action: string, asked: Asked): boolean {
  const { on, isAbsent } = asked
  if (isDenied(situation, who, action, on)) return false
  const isOfObject = on === 'object' && isForObjectOwner(action) && !isAbsent
  const authority = isOfObject ? ownerOfObjects(situation) : 'owner'
  if (who === authority) return true
  // "If the owners are different, the object owners must use an object ACL to grant permissions."
  const isByPolicy = situation.policy.some(
    (each) => each.effect === 'Allow' && applies(each, who, action, on),
  )
  return (isByPolicy && authority === 'owner') || aclPermits(situation, who, action, asked)
}

export function expectedOutcome(situation: Situation, who: Who, asked: Asked): Outcome {
  const { ownership, switches, bucketAcl, objectAcl } = situation
  const { actions, on, isAbsent, sets } = asked
  const [action = ''] = actions
  if (asked.signedOnly && who === 'anonymous') return '403'
  const reads = action === 'GetObject' || action === 'GetObjectVersion'
  if (isAbsent && reads) {
    // API Reference, GetObject, "Permissions": 404 for who has s3:ListBucket, 403 for everybody else.
    if (isDenied(situation, who, action, on)) return '403'
    return isPermitted(situation, who, 'ListBucket', { actions: ['ListBucket'], on: 'bucket' })
      ? '404'
      : '403'
  }
  const isNewAcl = sets === 'a public ACL'
  // "Multipart upload API and permissions": the initiator may by default, and the bucket owner can deny it to anybody.
  if (asked.ofInitiator && who === 'writer') return isDenied(situation, who, action, on) ? '403' : 'allowed'
  const first = isNewAcl ? [action] : actions
  if (!first.every((each) => isPermitted(situation, who, each, asked))) return '403'
  // API Reference, PutBucketPolicy: 405 for who has the permission and is not of the bucket owner's account.
  if (MENDING.has(action) && who !== 'owner') return '405'
  if (sets !== undefined) {
    // "requests to set access control lists (ACLs) or update ACLs fail and return AccessControlListNotSupported"
    if (ownership === 'BucketOwnerEnforced') return '400'
    if (isNewAcl && !maySetNewAcl(situation, who, asked)) return '403'
    // BlockPublicAcls: "PUT Bucket acl and PUT Object acl calls fail if the specified ACL is public", PUT Object too.
    const isPublic = isNewAcl || isPublicAcl(on === 'object' ? objectAcl : bucketAcl)
    if (switches.includes('BlockPublicAcls') && isPublic) return '403'
  }
  const isPublic = isPublicPolicy(situation.policy)
  return action === 'PutBucketPolicy' && switches.includes('BlockPublicPolicy') && isPublic
    ? '403'
    : 'allowed'
}

/** docs/adr/0007: s3:PutObjectAcl, or the grant that allows the upload. */
function maySetNewAcl(situation: Situation, who: Who, asked: Asked): boolean {
  if (isPermitted(situation, who, 'PutObjectAcl', asked)) return true
  return !isDenied(situation, who, 'PutObjectAcl', 'object') && aclPermits(situation, who, 'PutObject', asked)
}
