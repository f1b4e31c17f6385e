import type { AccountDirectory } from '../../../access/account-directory.ts'
import { ANONYMOUS_CANONICAL_ID } from '../../../access/principal.ts'

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

/** The same for many rows: most of a page have one owner. */
export function ownersOf(accounts: AccountDirectory): (accountId: string) => ReturnType<typeof ownerOf> {
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
