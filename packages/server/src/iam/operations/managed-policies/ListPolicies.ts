import { withoutPath } from '../../../access/principal.ts'
import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import { iamPolicies, iamPolicyPaths } from '../../../metadata/tables/iam-tables.ts'
import type { IamInputs } from '../../../model/iam-types.gen.ts'
import { awsPolicies, ofAccount, type ShownPolicy, shownPolicies } from '../../shared/managed-policies.ts'
import { defineOperation } from '../../shared/operation.ts'
import { type Page, pageOfList, pageOfLists, pageOfTable, type PageRequest } from '../../shared/page.ts'
import { rowsAt } from '../../shared/rows-of.ts'

type Input = IamInputs['ListPolicies']

/** The account's own policies first, then those of AWS. A page may have fewer than it was asked for: what the filters leave out has been counted. */
export const ListPolicies = defineOperation('ListPolicies', {
  resource: () => '*',
  async handle({ Scope = 'All', PathPrefix = '/', ...input }, { service: { metadata }, caller }) {
    const accountId = caller.account.id
    const own = (page: PageRequest) => ownPolicies(metadata, accountId, PathPrefix, page)
    const ofAws = async (page: PageRequest) => {
      const { items, rest } = pageOfList(PathPrefix === '/' ? [...awsPolicies.values()] : [], page)
      return { items: await shownPolicies(metadata, accountId, items), rest }
    }
    const lists = { All: [own, ofAws], Local: [own], AWS: [ofAws] }[Scope]
    const asked = lists.map((list) => async (page: PageRequest) => {
      const { items, rest } = await list(page)
      return { items: items.filter((policy) => isAsked(policy, input)), rest }
    })
    const { items, rest } = await pageOfLists(asked, input)
    return { Policies: items, ...rest }
  },
})

async function ownPolicies(
  metadata: OrderedStore,
  accountId: string,
  pathPrefix: string,
  page: PageRequest,
): Promise<Page<ShownPolicy>> {
  const range = iamPolicyPaths.stringRange([accountId], pathPrefix)
  const { items, rest } = await pageOfTable(metadata, iamPolicyPaths, range, page)
  const keys = items.map(({ parts: [, pathAndName] }) => iamPolicies.key(accountId, withoutPath(pathAndName)))
  const rows = await rowsAt(metadata, iamPolicies, keys)
  return { items: await shownPolicies(metadata, accountId, rows.map(ofAccount)), rest }
}

function isAsked(
  { AttachmentCount, PermissionsBoundaryUsageCount }: ShownPolicy,
  { OnlyAttached = false, PolicyUsageFilter }: Pick<Input, 'OnlyAttached' | 'PolicyUsageFilter'>,
): boolean {
  if (PolicyUsageFilter === 'PermissionsBoundary') return PermissionsBoundaryUsageCount > 0
  return AttachmentCount > 0 || (PolicyUsageFilter === undefined && !OnlyAttached)
}
