import type { SigningCaller } from '../../../identities/signing-caller.ts'
import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import {
  iamGroups,
  type IamEntityRow,
  iamPolicyHolders,
  iamRoles,
  iamUsers,
} from '../../../metadata/tables/iam-tables.ts'
import type { IamInputs } from '../../../model/iam-types.gen.ts'
import { pageOfLists, pageOfTable, type PageRequest } from '../../shared/page.ts'
import { definePolicyOperation } from '../../shared/policy-operation.ts'
import { BOUNDARY_OF } from '../../shared/policy-uses.ts'
import { rowsOf } from '../../shared/rows-of.ts'

type Input = IamInputs['ListEntitiesForPolicy']

/** How the ids of users, groups and roles begin. */
const KINDS = { User: 'AIDA', Group: 'AGPA', Role: 'AROA' } as const

/** A page may have fewer than it was asked for: whom the path leaves out has been counted, and who has the policy in two ways. */
export const ListEntitiesForPolicy = definePolicyOperation('ListEntitiesForPolicy', {
  async handle({ arn }, { PathPrefix = '/', ...input }, { service: { metadata }, caller }) {
    const lists = beginningsOf(input).map((beginning) => (page: PageRequest) => {
      const range = iamPolicyHolders.stringRange([caller.account.id, arn], beginning)
      return pageOfTable(metadata, iamPolicyHolders, range, page)
    })
    const { items, rest } = await pageOfLists(lists, input)
    const holders = items.map(({ parts: [, , holder] }) => holder)
    const ids = input.PolicyUsageFilter ? holders.map(idOf) : await listedHere(metadata, caller, arn, holders)
    const isAsked = ({ row: { path } }: { readonly row: IamEntityRow }) => path.startsWith(PathPrefix)
    const of = (kind: keyof typeof KINDS) => ids.filter((id) => id.startsWith(KINDS[kind]))
    const users = (await rowsOf(metadata, iamUsers, of('User'))).filter(isAsked)
    const groups = (await rowsOf(metadata, iamGroups, of('Group'))).filter(isAsked)
    const roles = (await rowsOf(metadata, iamRoles, of('Role'))).filter(isAsked)
    return {
      PolicyGroups: groups.map(({ id, row }) => ({ GroupName: row.name, GroupId: id })),
      PolicyUsers: users.map(({ id, row }) => ({ UserName: row.name, UserId: id })),
      PolicyRoles: roles.map(({ id, row }) => ({ RoleName: row.name, RoleId: id })),
      ...rest,
    }
  },
})

/** Who has it in two ways is listed once, where the policies are that are attached. */
async function listedHere(
  metadata: OrderedStore,
  { account }: SigningCaller,
  arn: string,
  holders: readonly string[],
): Promise<readonly string[]> {
  const ids = holders.map(idOf)
  const attached = await metadata.getMany(ids.map((id) => iamPolicyHolders.key(account.id, arn, id)))
  return ids.filter((id, index) => id === holders[index] || !attached[index])
}

function idOf(holder: string): string {
  return holder.replace(BOUNDARY_OF, '')
}

/** How the holders begin that are asked for; policies are nobody's. */
function beginningsOf({ EntityFilter, PolicyUsageFilter }: Omit<Input, 'PathPrefix'>): readonly string[] {
  if (EntityFilter === 'LocalManagedPolicy' || EntityFilter === 'AWSManagedPolicy') return []
  const kinds = EntityFilter === undefined ? Object.values(KINDS) : [KINDS[EntityFilter]]
  const boundaries = kinds.map((kind) => `${BOUNDARY_OF}${kind}`)
  if (PolicyUsageFilter === 'PermissionsBoundary') return boundaries
  return PolicyUsageFilter === 'PermissionsPolicy' ? kinds : [...kinds, ...boundaries]
}
