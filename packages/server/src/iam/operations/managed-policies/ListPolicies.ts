import { AWS_MANAGED_POLICIES } from '../../../access/managed-policies.ts'
import { shownManagedPolicy } from '../../shared/managed-policies.ts'
import { defineOperation } from '../../shared/operation.ts'
import { pageOfList } from '../../shared/page.ts'

/** Those of AWS are all that there are: none is an account's own, and none a boundary. */
export const ListPolicies = defineOperation('ListPolicies', {
  resource: () => '*',
  async handle({ Scope, OnlyAttached, PathPrefix = '/', PolicyUsageFilter, ...page }, { service, caller }) {
    const isNone = Scope === 'Local' || PathPrefix !== '/' || PolicyUsageFilter === 'PermissionsBoundary'
    const policies = isNone ? [] : AWS_MANAGED_POLICIES
    const shown = await Promise.all(
      policies.map((policy) => shownManagedPolicy(service.metadata, caller.account.id, policy)),
    )
    const isUsed = OnlyAttached === true || PolicyUsageFilter === 'PermissionsPolicy'
    const listed = shown.filter(({ AttachmentCount }) => !isUsed || AttachmentCount > 0)
    const { items, rest } = pageOfList(listed, page)
    return { Policies: items, ...rest }
  },
})
