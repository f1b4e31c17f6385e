import { type Acl, ACL_PERMISSIONS, type AclPermission, type Grant } from '../../../access/acl/acl.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { AccessControlPolicy, Grant as GrantElement } from '../../../model/types.gen.ts'
import { granteeOfElement } from '../../shared/grants/grant-elements.ts'
import { assertGrantCount } from '../../shared/grants/requested-acl.ts'
import type { S3Service } from '../../shared/service/service.ts'

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
  const { Grants: elements } = policy
  // The list may be empty. Left out, it is no ACL of S3's schema, and must not take away all grants.
  if (owner === undefined || !elements) throw new S3Error('MalformedACLError')
  if (owner !== ownerCanonicalId) throw new S3Error('AccessDenied')
  assertGrantCount(elements)
  const grants = elements.map((element) => grantOf(service, element))
  return { ownerCanonicalId, grants }
}

function grantOf(service: S3Service, { Grantee: grantee, Permission: permission }: GrantElement): Grant {
  if (!grantee || !isPermission(permission)) throw new S3Error('MalformedACLError')
  const named = granteeOfElement(service, grantee)
  if (!named) throw new S3Error('MalformedACLError')
  return { grantee: named, permission }
}

function isPermission(text: string | undefined): text is AclPermission {
  return ACL_PERMISSIONS.some((permission) => permission === text)
}
