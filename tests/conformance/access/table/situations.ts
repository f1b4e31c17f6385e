import { hash } from 'node:crypto'
import type { Who } from '../access-room.ts'

/*
 * What a bucket and the objects in it may be like: the dimensions of the access table, as data. What they mean stands in
 * reference.ts, how they are made in prepare.ts.
 */

export type Permission = 'READ' | 'WRITE' | 'READ_ACP' | 'WRITE_ACP' | 'FULL_CONTROL'

/** A canned ACL by its name, or one grant. */
export type AclChoice =
  | { readonly canned: string }
  | { readonly permission: Permission; readonly to: Grantee }

/** `everyone` and `authenticated` are the groups AllUsers and AuthenticatedUsers. */
export type Grantee = 'third' | 'everyone' | 'authenticated'

export interface Statement {
  readonly effect: 'Allow' | 'Deny'
  readonly who: readonly Who[] | 'everyone' | { readonly not: readonly Who[] }
  /** Without `s3:`; a star at the end stands for anything. */
  readonly actions: readonly string[]
  /** Whether the bucket itself is among the resources; its objects always are. */
  readonly withBucket: boolean
  /** `near`: from 127.0.0.0/8, which every request of the table is. `secure`: over TLS, which none is. */
  readonly condition?: 'near' | 'secure'
}

const SWITCHES = [
  'BlockPublicAcls',
  'IgnorePublicAcls',
  'BlockPublicPolicy',
  'RestrictPublicBuckets',
] as const
export type Switch = (typeof SWITCHES)[number]

export type Ownership = 'ObjectWriter' | 'BucketOwnerPreferred' | 'BucketOwnerEnforced'

export interface Situation {
  readonly ownership: Ownership
  /** Who put the objects. The bucket is the owner's. */
  readonly uploader: 'owner' | 'writer'
  readonly bucketAcl: AclChoice
  readonly objectAcl: AclChoice
  readonly switches: readonly Switch[]
  readonly policy: readonly Statement[]
}

const canned = (...names: string[]): AclChoice[] => names.map((name) => ({ canned: name }))
const granted = (to: Grantee, ...permissions: Permission[]): AclChoice[] =>
  permissions.map((permission) => ({ permission, to }))

const BUCKET_ACLS: readonly AclChoice[] = [
  ...canned('private', 'public-read', 'public-read-write', 'authenticated-read', 'log-delivery-write'),
  ...granted('third', 'READ', 'WRITE', 'READ_ACP', 'WRITE_ACP', 'FULL_CONTROL'),
  ...granted('authenticated', 'WRITE', 'WRITE_ACP'),
]
const OBJECT_ACLS: readonly AclChoice[] = [
  ...canned('private', 'public-read', 'public-read-write', 'authenticated-read', 'aws-exec-read'),
  ...canned('bucket-owner-read', 'bucket-owner-full-control'),
  ...granted('third', 'READ', 'READ_ACP', 'WRITE_ACP', 'FULL_CONTROL'),
  ...granted('everyone', 'READ_ACP', 'WRITE_ACP'),
]

const allow = (who: Statement['who'], ...actions: string[]): Statement => ({
  effect: 'Allow',
  who,
  actions,
  withBucket: true,
})
const deny = (who: Statement['who'], ...actions: string[]): Statement => ({
  ...allow(who, ...actions),
  effect: 'Deny',
})
const onObjects = (statement: Statement): Statement => ({ ...statement, withBucket: false })

const POLICIES: readonly (readonly Statement[])[] = [
  [],
  [allow(['third'], 'Get*', 'List*')],
  [allow(['third'], '*')],
  [onObjects(allow(['writer'], 'PutObject', 'GetObject'))],
  [onObjects(allow(['third', 'writer'], 'GetObjectVersion*', 'DeleteObject', 'PutObjectTagging'))],
  [onObjects(allow('everyone', 'GetObject'))],
  [allow('everyone', '*')],
  [{ ...allow('everyone', '*'), condition: 'near' }],
  [{ ...allow('everyone', '*'), condition: 'secure' }],
  [allow(['writer'], '*'), { ...allow('everyone', 'Get*'), condition: 'secure' }],
  [allow('everyone', '*'), deny(['third'], '*')],
  [deny('everyone', 'Get*')],
  [allow(['third'], '*'), deny({ not: ['owner', 'third'] }, '*')],
  [deny('everyone', '*')],
  [
    deny(['owner'], 'PutObject', 'DeleteObject*', 'PutBucketPolicy', 'ListBucket'),
    allow(['third'], 'ListBucket', 'DeleteObject*', 'PutObjectAcl', 'GetBucketPolicy', 'PutBucketAcl'),
  ],
]

const NO_ACL: AclChoice = { canned: 'private' }

const DIMENSIONS: { readonly [Name in keyof Situation]: readonly Situation[Name][] } = {
  ownership: ['ObjectWriter', 'BucketOwnerPreferred', 'BucketOwnerEnforced', 'ObjectWriter'],
  uploader: ['owner', 'writer'],
  bucketAcl: BUCKET_ACLS,
  objectAcl: OBJECT_ACLS,
  switches: [[], ...SWITCHES.map((name) => [name]), [], SWITCHES],
  policy: POLICIES,
}

/** One that takes three values to meet: objects that became the bucket owner's as they were written. */
export const GIVEN_AWAY: Situation = {
  ownership: 'BucketOwnerPreferred',
  uploader: 'writer',
  bucketAcl: { canned: 'public-read-write' },
  objectAcl: { canned: 'bucket-owner-full-control' },
  switches: [],
  // The attributes are not enough to ask for them: who does may read the object too.
  policy: [onObjects(allow(['third'], 'GetObject')), onObjects(allow(['writer'], 'GetObjectAttributes'))],
}

/** So many situations, the same each time; each value of a dimension comes as often as its others. */
export function situations(count: number): Situation[] {
  const columns = {
    ownership: column('ownership', count),
    uploader: column('uploader', count),
    bucketAcl: column('bucketAcl', count),
    objectAcl: column('objectAcl', count),
    switches: column('switches', count),
    policy: column('policy', count),
  }
  return columns.ownership.map((ownership, at) => ({
    ownership,
    uploader: columns.uploader[at] ?? 'owner',
    // ACLs can't be disabled while the bucket's gives anything to others (InvalidBucketAclWithObjectOwnership).
    bucketAcl: ownership === 'BucketOwnerEnforced' ? NO_ACL : (columns.bucketAcl[at] ?? NO_ACL),
    objectAcl: columns.objectAcl[at] ?? NO_ACL,
    switches: columns.switches[at] ?? [],
    policy: columns.policy[at] ?? [],
  }))
}

/** The values of a dimension over and over, shuffled by digests. */
function column<Name extends keyof Situation>(name: Name, count: number): Situation[Name][] {
  const values: readonly Situation[Name][] = DIMENSIONS[name]
  const places = Array.from({ length: count }, (_, at) => at)
  return places
    .toSorted((one, other) => (hash('md5', `${name} ${one}`) < hash('md5', `${name} ${other}`) ? -1 : 1))
    .flatMap((at) => values.slice(at % values.length, (at % values.length) + 1))
}

/** For the name of a test. */
export function nameOf({ ownership, uploader, bucketAcl, objectAcl, switches, policy }: Situation): string {
  const acl = (choice: AclChoice): string =>
    'canned' in choice ? choice.canned : `${choice.permission} to ${choice.to}`
  const who = (statement: Statement): string =>
    typeof statement.who === 'string' ? statement.who : JSON.stringify(statement.who)
  const statements = policy.map((each) => {
    const when = each.condition === undefined ? '' : ` if ${each.condition}`
    return `${each.effect} ${who(each)} ${each.actions.join(' ')}${each.withBucket ? '' : ' on objects'}${when}`
  })
  return `${ownership}, objects of ${uploader}, bucket ${acl(bucketAcl)}, objects ${acl(objectAcl)}, ${switches.join(' ') || 'no block'}, ${statements.join('; ') || 'no policy'}`
}
