import {
  iamGroups,
  type IamEntityRow,
  iamPolicyHolders,
  iamRoles,
  iamUsers,
} from '../../../metadata/tables/iam-tables.ts'
import type { IamInputs } from '../../../model/iam-types.gen.ts'
import { requirePolicy } from '../../shared/managed-policies.ts'
import { defineOperation } from '../../shared/operation.ts'
import { pageOfTable } from '../../shared/page.ts'
import { rowsOf } from '../../shared/rows-of.ts'

type Input = IamInputs['ListEntitiesForPolicy']

/** How the ids of users, groups and roles begin. */
const KINDS = { User: 'AIDA', Group: 'AGPA', Role: 'AROA' } as const

/** A page may have fewer than it was asked for: whom the path leaves out has been counted. */
export const ListEntitiesForPolicy = defineOperation('ListEntitiesForPolicy', {
  resource: ({ PolicyArn }) => PolicyArn,
  async handle(input, { service: { metadata }, caller }) {
    const { arn } = requirePolicy(input.PolicyArn)
    const range = iamPolicyHolders.stringRange([caller.account.id, arn], idsAskedFor(input))
    const { items, rest } = await pageOfTable(metadata, iamPolicyHolders, range, input)
    const ids = items.map(({ parts: [, , id] }) => id)
    const isAsked = ({ row: { path } }: { readonly row: IamEntityRow }) =>
      path.startsWith(input.PathPrefix ?? '/')
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

/** The beginning of the ids that are asked for; no id begins with a space, nobody's policy is a boundary. */
function idsAskedFor({ EntityFilter, PolicyUsageFilter }: Input): string {
  const isNone = EntityFilter === 'LocalManagedPolicy' || EntityFilter === 'AWSManagedPolicy'
  if (isNone || PolicyUsageFilter === 'PermissionsBoundary') return ' '
  return EntityFilter === undefined ? '' : KINDS[EntityFilter]
}
