import { withoutPath } from '../../access/principal.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { iamPolicies, iamPolicyPaths } from '../../metadata/tables/iam-tables.ts'
import { awsPolicies, type ManagedPolicy, ofAccount } from './managed-policies.ts'
import { type Page, pageOfList, pageOfTable } from './page.ts'
import type { PathPage } from './page-of-entities.ts'
import { rowsAt } from './rows-of.ts'

/** One page of the policies that an account manages itself, by their paths and names. */
export async function pageOfOwnPolicies(
  metadata: OrderedStore,
  accountId: string,
  { PathPrefix = '/', ...page }: PathPage,
): Promise<Page<ManagedPolicy>> {
  const range = iamPolicyPaths.stringRange([accountId], PathPrefix)
  const { items, rest } = await pageOfTable(metadata, iamPolicyPaths, range, page)
  const keys = items.map(({ parts: [, pathAndName] }) => iamPolicies.key(accountId, withoutPath(pathAndName)))
  return { items: (await rowsAt(metadata, iamPolicies, keys)).map(ofAccount), rest }
}

/** One page of those that AWS manages. */
export function pageOfAwsPolicies({ PathPrefix = '/', ...page }: PathPage): Page<ManagedPolicy> {
  return pageOfList(
    [...awsPolicies.values()].filter(({ path }) => path.startsWith(PathPrefix)),
    page,
  )
}
