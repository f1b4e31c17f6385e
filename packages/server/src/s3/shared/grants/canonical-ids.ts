import type { AccountDirectory } from '../../../access/account-directory.ts'
import { ANONYMOUS_CANONICAL_ID } from '../../../access/principal.ts'
import type { BucketRow } from '../../../metadata/tables/rows.ts'

/** The account id that rows give what an anonymous request wrote. */
export const ANONYMOUS_ACCOUNT_ID = 'anonymous'

/** The id by which ACLs and answers know an account. One that is in no directory any more keeps its account id. */
export function canonicalIdOfAccount(accounts: AccountDirectory, accountId: string): string {
  if (accountId === ANONYMOUS_ACCOUNT_ID) return ANONYMOUS_CANONICAL_ID
  return accounts.findById(accountId)?.canonicalId ?? accountId
}

/** `Owner` as answers give it. */
export function ownerOf(accounts: AccountDirectory, accountId: string): { ID: string; DisplayName?: string } {
  return ownerOfCanonicalId(accounts, canonicalIdOfAccount(accounts, accountId))
}

/**
 * The same for all that is in a bucket: most of a page have one owner, and where the bucket has no ACLs its owner owns
 * everything. Source: S3 User Guide, "Controlling ownership of objects and disabling ACLs for your bucket".
 */
export function ownersOf(
  accounts: AccountDirectory,
  bucket: Pick<BucketRow, 'objectOwnership' | 'ownerAccountId'>,
): (accountId: string) => ReturnType<typeof ownerOf> {
  if (bucket.objectOwnership === 'BucketOwnerEnforced') {
    const owner = ownerOf(accounts, bucket.ownerAccountId)
    return () => owner
  }
  const owners = new Map<string, ReturnType<typeof ownerOf>>()
  return (accountId) => {
    const owner = owners.get(accountId) ?? ownerOf(accounts, accountId)
    owners.set(accountId, owner)
    return owner
  }
}

/** `Owner`, or a grantee, by its canonical id. */
export function ownerOfCanonicalId(
  accounts: AccountDirectory,
  id: string,
): { ID: string; DisplayName?: string } {
  const account = accounts.findByCanonicalId(id)
  return { ID: id, ...(account && accounts.showsDisplayNames && { DisplayName: account.displayName }) }
}
