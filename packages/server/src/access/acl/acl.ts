import { ANONYMOUS_CANONICAL_ID, canonicalIdOf, LOG_DELIVERY_SERVICE, type Principal } from '../principal.ts'

/** A permission of the ACL model. Source: S3 User Guide, "Access control list (ACL) overview". */
export type AclPermission = 'READ' | 'WRITE' | 'READ_ACP' | 'WRITE_ACP' | 'FULL_CONTROL'

export const ACL_PERMISSIONS: readonly AclPermission[] = [
  'FULL_CONTROL',
  'READ',
  'WRITE',
  'READ_ACP',
  'WRITE_ACP',
]

export type AclGroup = 'AllUsers' | 'AuthenticatedUsers' | 'LogDelivery'

export type Grantee =
  | { readonly kind: 'canonical-user'; readonly id: string }
  | { readonly kind: 'group'; readonly group: AclGroup }

export interface Grant {
  readonly grantee: Grantee
  readonly permission: AclPermission
}

/** The access control list of a bucket or an object version. */
export interface Acl {
  readonly ownerCanonicalId: string
  readonly grants: readonly Grant[]
}

/** An ACL holds no more. Source: S3 User Guide, "Access control list (ACL) overview". */
export const MOST_GRANTS = 100

export const GROUP_URIS: Readonly<Record<AclGroup, string>> = {
  AllUsers: 'http://acs.amazonaws.com/groups/global/AllUsers',
  AuthenticatedUsers: 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers',
  LogDelivery: 'http://acs.amazonaws.com/groups/s3/LogDelivery',
}

/** `undefined` for a URI that is none of S3's groups. */
export function groupOfUri(uri: string): AclGroup | undefined {
  return (Object.keys(GROUP_URIS) as AclGroup[]).find((group) => GROUP_URIS[group] === uri)
}

/** What a bucket or object has that nobody gave an ACL: full control for its owner, nothing for others. */
export function privateAcl(ownerCanonicalId: string): Acl {
  return { ownerCanonicalId, grants: [canonicalGrant(ownerCanonicalId, 'FULL_CONTROL')] }
}

export function canonicalGrant(id: string, permission: AclPermission): Grant {
  return { grantee: { kind: 'canonical-user', id }, permission }
}

export function groupGrant(group: AclGroup, permission: AclPermission): Grant {
  return { grantee: { kind: 'group', group }, permission }
}

/** Whether a grantee is, or includes, a principal. Users and roles are known by their account's canonical id. */
export function includes(grantee: Grantee, principal: Principal): boolean {
  if (grantee.kind === 'canonical-user') return grantee.id === canonicalIdOf(principal)
  switch (grantee.group) {
    case 'AllUsers':
      return true
    case 'AuthenticatedUsers':
      return principal.kind !== 'anonymous'
    case 'LogDelivery':
      return principal.kind === 'service' && principal.service === LOG_DELIVERY_SERVICE
  }
}

/** Whether a grant gives a permission, to whomever it is. */
export function gives(grant: Grant, permission: AclPermission): boolean {
  return grant.permission === permission || grant.permission === 'FULL_CONTROL'
}

/**
 * Source: S3 User Guide, "Blocking public access", the meaning of public. What is granted to the id of anonymous requests
 * is granted to everybody who does not sign.
 */
export function isPublicGrant({ grantee }: Grant): boolean {
  return grantee.kind === 'group' ? grantee.group !== 'LogDelivery' : grantee.id === ANONYMOUS_CANONICAL_ID
}

/** Whether an ACL gives something to the public, besides what an owner has anyway who never signed. */
export function isPublicAcl({ ownerCanonicalId, grants }: Acl): boolean {
  return grants.some(
    (grant) =>
      isPublicGrant(grant) && (grant.grantee.kind === 'group' || grant.grantee.id !== ownerCanonicalId),
  )
}
