import { type Acl, canonicalGrant, type Grant, groupGrant, privateAcl } from './acl.ts'

/** Source: S3 User Guide, "Access control list (ACL) overview", canned ACL. */
export type CannedAcl =
  | 'private'
  | 'public-read'
  | 'public-read-write'
  | 'authenticated-read'
  | 'aws-exec-read'
  | 'bucket-owner-read'
  | 'bucket-owner-full-control'
  | 'log-delivery-write'

export interface Owners {
  /** Of the bucket or object that gets the ACL. */
  readonly ownerCanonicalId: string
  readonly bucketOwnerCanonicalId: string
}

/** The account that Amazon EC2 reads bundles of machine images with ("za-team"). */
export const EC2_CANONICAL_ID = '6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c'

/** What each adds to the owner's full control. */
const ADDED: Readonly<Record<CannedAcl, (owners: Owners) => readonly Grant[]>> = {
  private: () => [],
  'public-read': () => [groupGrant('AllUsers', 'READ')],
  'public-read-write': () => [groupGrant('AllUsers', 'READ'), groupGrant('AllUsers', 'WRITE')],
  'authenticated-read': () => [groupGrant('AuthenticatedUsers', 'READ')],
  'aws-exec-read': () => [canonicalGrant(EC2_CANONICAL_ID, 'READ')],
  'bucket-owner-read': ({ bucketOwnerCanonicalId }) => [canonicalGrant(bucketOwnerCanonicalId, 'READ')],
  'bucket-owner-full-control': ({ bucketOwnerCanonicalId }) => [
    canonicalGrant(bucketOwnerCanonicalId, 'FULL_CONTROL'),
  ],
  'log-delivery-write': () => [groupGrant('LogDelivery', 'WRITE'), groupGrant('LogDelivery', 'READ_ACP')],
}

const NOT_FOR: Readonly<Partial<Record<CannedAcl, 'bucket' | 'object'>>> = {
  'bucket-owner-read': 'bucket',
  'bucket-owner-full-control': 'bucket',
  'log-delivery-write': 'object',
}

export function isCannedAcl(name: string): name is CannedAcl {
  return Object.hasOwn(ADDED, name)
}

/** Whether S3's table lists the canned ACL for buckets or objects. What it lists for objects only, a bucket ignores. */
export function appliesTo(name: CannedAcl, on: 'bucket' | 'object'): boolean {
  return NOT_FOR[name] !== on
}

/** The grants that a canned ACL stands for. The owner of a bucket and of an object in it may be one and the same. */
export function cannedAcl(name: CannedAcl, owners: Owners): Acl {
  const own = privateAcl(owners.ownerCanonicalId)
  const added = ADDED[name](owners).filter(
    ({ grantee }) => grantee.kind !== 'canonical-user' || grantee.id !== owners.ownerCanonicalId,
  )
  return { ownerCanonicalId: owners.ownerCanonicalId, grants: [...own.grants, ...added] }
}
