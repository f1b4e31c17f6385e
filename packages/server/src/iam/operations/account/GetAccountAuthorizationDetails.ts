import type { EntityType, IamOutputs } from '../../../model/iam-types.gen.ts'
import { groups } from '../../shared/groups.ts'
import type { IamContext } from '../../shared/iam-service.ts'
import type { ManagedPolicy } from '../../shared/managed-policies.ts'
import { defineOperation } from '../../shared/operation.ts'
import { type Page, pageOfLists, type PageRequest } from '../../shared/page.ts'
import { pageOfEntities } from '../../shared/page-of-entities.ts'
import { pageOfAwsPolicies, pageOfOwnPolicies } from '../../shared/page-of-policies.ts'
import { roles } from '../../shared/roles.ts'
import { users } from '../../shared/users.ts'
import { groupDetails, policyDetails, roleDetails, userDetails } from './details.ts'

/** A part of the answer. */
type Details = Omit<IamOutputs['GetAccountAuthorizationDetails'], 'IsTruncated' | 'Marker'>
type List = (context: IamContext, page: PageRequest) => Promise<Page<Details>>

/** So much is read and answered at once, at most: policies come with all their documents. */
const MOST_ITEMS = 100

/** All users, groups, roles and policies one behind the other. */
export const GetAccountAuthorizationDetails = defineOperation('GetAccountAuthorizationDetails', {
  resource: () => '*',
  async handle({ Filter = [], MaxItems = MOST_ITEMS, Marker }, context) {
    const asked = KINDS.filter((kind) => Filter.length === 0 || Filter.includes(kind))
    const lists = asked.map((kind) => (page: PageRequest) => LISTS[kind](context, page))
    const { items, rest } = await pageOfLists(lists, { Marker, MaxItems: Math.min(MaxItems, MOST_ITEMS) })
    return {
      UserDetailList: items.flatMap(({ UserDetailList = [] }) => UserDetailList),
      GroupDetailList: items.flatMap(({ GroupDetailList = [] }) => GroupDetailList),
      RoleDetailList: items.flatMap(({ RoleDetailList = [] }) => RoleDetailList),
      Policies: items.flatMap(({ Policies = [] }) => Policies),
      ...rest,
    }
  },
})

const LISTS: Readonly<Record<EntityType, List>> = {
  async User({ service, caller }, page) {
    const { items, rest } = await pageOfEntities(service.metadata, users, caller.account.id, page)
    return {
      items: (await userDetails(service, items)).map((detail) => ({ UserDetailList: [detail] })),
      rest,
    }
  },
  async Group({ service, caller }, page) {
    const { items, rest } = await pageOfEntities(service.metadata, groups, caller.account.id, page)
    return { items: items.map((group) => ({ GroupDetailList: [groupDetails(group)] })), rest }
  },
  async Role({ service, caller }, page) {
    const { items, rest } = await pageOfEntities(service.metadata, roles, caller.account.id, page)
    const details = await Promise.all(items.map((role) => roleDetails(service, role)))
    return { items: details.map((detail) => ({ RoleDetailList: [detail] })), rest }
  },
  async LocalManagedPolicy(context, page) {
    const { metadata } = context.service
    return policies(context, await pageOfOwnPolicies(metadata, context.caller.account.id, page))
  },
  AWSManagedPolicy: (context, page) => policies(context, pageOfAwsPolicies(page)),
}

const KINDS = ['User', 'Group', 'Role', 'LocalManagedPolicy', 'AWSManagedPolicy'] as const

async function policies(
  { service, caller }: IamContext,
  { items, rest }: Page<ManagedPolicy>,
): Promise<Page<Details>> {
  const details = await policyDetails(service.metadata, caller.account.id, items)
  return { items: details.map((detail) => ({ Policies: [detail] })), rest }
}
