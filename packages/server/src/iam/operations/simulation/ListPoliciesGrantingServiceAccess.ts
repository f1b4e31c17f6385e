import type { NamedPolicy, PolicyHolder } from '../../../access/caller.ts'
import { serviceAccess } from '../../../access/policy/service-access.ts'
import { withoutPath } from '../../../access/principal.ts'
import type { PolicyGrantingServiceAccess, PolicyOwnerEntityType } from '../../../model/iam-types.gen.ts'
import { defineOperation } from '../../shared/operation.ts'
import { pageOfList } from '../../shared/page.ts'
import { policiesOfSource } from './policies-of-source.ts'

/**
 * Policies that allow something of a service, unless one of them denies all of it. Boundaries, and whether an action, a resource or a
 * condition is ever met, are not looked at. Source: IAM API Reference, ListPoliciesGrantingServiceAccess.
 */
export const ListPoliciesGrantingServiceAccess = defineOperation('ListPoliciesGrantingServiceAccess', {
  resource: ({ Arn }) => Arn,
  async handle({ Arn, ServiceNamespaces, Marker }, context) {
    const { identity } = await policiesOfSource(Arn, context)
    const policies = identity.map((named) => ({ named, accessTo: serviceAccess(named.policy.text) }))
    const { items, rest } = pageOfList(ServiceNamespaces, { Marker })
    const PoliciesGrantingServiceAccess = items.map((ServiceNamespace) => ({
      ServiceNamespace,
      Policies: grantingPolicies(policies, ServiceNamespace),
    }))
    return { PoliciesGrantingServiceAccess, ...rest }
  },
})

function grantingPolicies(
  policies: readonly { readonly named: NamedPolicy; readonly accessTo: ReturnType<typeof serviceAccess> }[],
  service: string,
): readonly PolicyGrantingServiceAccess[] {
  const said = policies.map(({ named, accessTo }) => ({ named, ...accessTo(service) }))
  if (said.some(({ deniesAll }) => deniesAll)) return []
  const shown = said.filter(({ allowsSome }) => allowsSome).map(({ named }) => shownPolicy(named))
  // A user may have a managed policy of its own and by its groups.
  const names = shown.map(({ PolicyArn }) => PolicyArn)
  return shown.filter(({ PolicyArn }, index) => PolicyArn === undefined || names.indexOf(PolicyArn) === index)
}

function shownPolicy({ name, of }: NamedPolicy): PolicyGrantingServiceAccess {
  if (name.startsWith('arn:'))
    return { PolicyName: withoutPath(name), PolicyType: 'MANAGED', PolicyArn: name }
  return { PolicyName: name, PolicyType: 'INLINE', EntityType: ENTITY_TYPES[of.kind], EntityName: of.name }
}

/** Sessions are no source of these. */
const ENTITY_TYPES: Readonly<Record<PolicyHolder['kind'], PolicyOwnerEntityType | undefined>> = {
  user: 'USER',
  group: 'GROUP',
  role: 'ROLE',
  session: undefined,
}
