import type { Acl, Grant } from '../../../access/acl/acl.ts'
import type { AccountDirectory } from '../../../access/account-directory.ts'
import type { Grant as GrantElement, Owner } from '../../../model/types.gen.ts'
import { ownerOfCanonicalId } from '../../shared/grants/canonical-ids.ts'
import { shownGrantee } from '../../shared/grants/grant-elements.ts'

/** An ACL as GetBucketAcl and GetObjectAcl answer it. */
export function shownAcl(
  accounts: AccountDirectory,
  acl: Acl,
): { readonly Owner: Owner; readonly Grants: readonly GrantElement[] } {
  return {
    Owner: ownerOfCanonicalId(accounts, acl.ownerCanonicalId),
    Grants: acl.grants.map((grant) => shownGrant(accounts, grant)),
  }
}

function shownGrant(accounts: AccountDirectory, { grantee, permission }: Grant): GrantElement {
  return { Grantee: shownGrantee(accounts, grantee), Permission: permission }
}
