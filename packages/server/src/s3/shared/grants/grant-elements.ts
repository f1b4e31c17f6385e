import { GROUP_URIS, type Grantee } from '../../../access/acl/acl.ts'
import type { AccountDirectory } from '../../../access/account-directory.ts'
import type { Grantee as GranteeElement } from '../../../model/types.gen.ts'
import { ownerOfCanonicalId } from './canonical-ids.ts'
import { canonicalGrantee, emailGrantee, groupGrantee } from './requested-acl.ts'
import type { S3Service } from '../service/service.ts'

/**
 * Whom an element of a document names; `undefined` where it names nobody. Throws InvalidArgument or the e-mail errors for
 * grantees there are not.
 */
export function granteeOfElement(
  service: S3Service,
  { Type, ID, URI, EmailAddress }: GranteeElement,
): Grantee | undefined {
  if (Type === 'CanonicalUser' && ID !== undefined) return canonicalGrantee(service, ID)
  if (Type === 'Group' && URI !== undefined) return groupGrantee(URI)
  if (Type === 'AmazonCustomerByEmail' && EmailAddress !== undefined)
    return emailGrantee(service, EmailAddress)
  return undefined
}

/** A grantee as answers give it. */
export function shownGrantee(accounts: AccountDirectory, grantee: Grantee): GranteeElement {
  return grantee.kind === 'group'
    ? { Type: 'Group', URI: GROUP_URIS[grantee.group] }
    : { Type: 'CanonicalUser', ...ownerOfCanonicalId(accounts, grantee.id) }
}
