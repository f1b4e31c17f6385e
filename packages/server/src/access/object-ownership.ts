import type { Acl, Grant } from './acl/acl.ts'

/** Source: S3 User Guide, "Controlling ownership of objects and disabling ACLs for your bucket". */
export type ObjectOwnership = 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter'

export function isObjectOwnership(text: string): text is ObjectOwnership {
  return text === 'BucketOwnerEnforced' || text === 'BucketOwnerPreferred' || text === 'ObjectWriter'
}

/**
 * Whether an ACL is one of the forms of "bucket owner full control" that a bucket without ACLs still accepts: it gives
 * the bucket's owner full control and nothing to anybody but that owner and the writer.
 */
export function isBucketOwnerFullControl(
  acl: Acl,
  owners: { readonly bucketOwnerCanonicalId: string; readonly writerCanonicalId: string | undefined },
): boolean {
  const { bucketOwnerCanonicalId, writerCanonicalId } = owners
  const isTo = (grant: Grant, id: string | undefined): boolean =>
    grant.grantee.kind === 'canonical-user' && grant.grantee.id === id
  return (
    acl.grants.some((grant) => grant.permission === 'FULL_CONTROL' && isTo(grant, bucketOwnerCanonicalId)) &&
    acl.grants.every((grant) => isTo(grant, bucketOwnerCanonicalId) || isTo(grant, writerCanonicalId))
  )
}

/**
 * Whether a bucket's ACL stands in the way of BucketOwnerEnforced (InvalidBucketAclWithObjectOwnership): it grants
 * something to others than the owner.
 */
export function grantsToOthers(acl: Acl): boolean {
  return acl.grants.some(({ grantee }) => grantee.kind === 'group' || grantee.id !== acl.ownerCanonicalId)
}
