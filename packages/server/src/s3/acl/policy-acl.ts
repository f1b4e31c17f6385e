import {
  type Acl,
  ACL_PERMISSIONS,
  type AclPermission,
  type Grant,
  type Grantee,
} from '../../access/acl/acl.ts'
import { S3Error } from '../../model/s3-error.ts'
import type {
  AccessControlPolicy,
  Grant as GrantElement,
  Grantee as GranteeElement,
} from '../../model/types.gen.ts'
import type { S3Service } from '../service.ts'
import { assertGrantCount, canonicalGrantee, emailGrantee, groupGrantee } from '../requested-acl.ts'

/**
 * The ACL of a request's body. Throws MalformedACLError for what is no ACL, and AccessDenied for an owner other than the
 * one there is: an ACL cannot give a thing away.
 */
export function aclOfDocument(
  service: S3Service,
  policy: AccessControlPolicy,
  ownerCanonicalId: string,
): Acl {
  const owner = policy.Owner?.ID
  if (owner === undefined) throw new S3Error('MalformedACLError')
  if (owner !== ownerCanonicalId) throw new S3Error('AccessDenied')
  const { Grants: elements = [] } = policy
  assertGrantCount(elements)
  const grants = elements.map((element) => grantOf(service, element))
  return { ownerCanonicalId, grants }
}

function grantOf(service: S3Service, { Grantee: grantee, Permission: permission }: GrantElement): Grant {
  if (!grantee || !isPermission(permission)) throw new S3Error('MalformedACLError')
  return { grantee: granteeOf(service, grantee), permission }
}

function isPermission(text: string | undefined): text is AclPermission {
  return ACL_PERMISSIONS.some((permission) => permission === text)
}

function granteeOf(service: S3Service, { Type, ID, URI, EmailAddress }: GranteeElement): Grantee {
  if (Type === 'CanonicalUser' && ID !== undefined) return canonicalGrantee(service, ID)
  if (Type === 'Group' && URI !== undefined) return groupGrantee(URI)
  if (Type === 'AmazonCustomerByEmail' && EmailAddress !== undefined)
    return emailGrantee(service, EmailAddress)
  throw new S3Error('MalformedACLError')
}
