import type { IamInputs } from '../../../model/iam-types.gen.ts'
import { type ShownPolicy, shownPolicies } from '../../shared/managed-policies.ts'
import { defineOperation } from '../../shared/operation.ts'
import { pageOfLists, type PageRequest } from '../../shared/page.ts'
import { pageOfAwsPolicies, pageOfOwnPolicies } from '../../shared/page-of-policies.ts'

type Input = IamInputs['ListPolicies']

/** The account's own policies first, then those of AWS. A page may have fewer than it was asked for: what the filters leave out has been counted. */
export const ListPolicies = defineOperation('ListPolicies', {
  resource: () => '*',
  async handle({ Scope = 'All', PathPrefix, ...input }, { service: { metadata }, caller }) {
    const accountId = caller.account.id
    const own = (page: PageRequest) => pageOfOwnPolicies(metadata, accountId, { PathPrefix, ...page })
    const ofAws = (page: PageRequest) => pageOfAwsPolicies({ PathPrefix, ...page })
    const lists = { All: [own, ofAws], Local: [own], AWS: [ofAws] }[Scope]
    const asked = lists.map((list) => async (page: PageRequest) => {
      const { items, rest } = await list(page)
      const shown = await shownPolicies(metadata, accountId, items)
      return { items: shown.filter((policy) => isAsked(policy, input)), rest }
    })
    const { items, rest } = await pageOfLists(asked, input)
    return { Policies: items, ...rest }
  },
})

function isAsked(
  { AttachmentCount, PermissionsBoundaryUsageCount }: ShownPolicy,
  { OnlyAttached = false, PolicyUsageFilter }: Pick<Input, 'OnlyAttached' | 'PolicyUsageFilter'>,
): boolean {
  if (PolicyUsageFilter === 'PermissionsBoundary') return PermissionsBoundaryUsageCount > 0
  return AttachmentCount > 0 || (PolicyUsageFilter === undefined && !OnlyAttached)
}
