import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import { iamGroups, iamPolicyVersions, type IamEntityRow } from '../../../metadata/tables/iam-tables.ts'
import type {
  GroupDetail,
  ManagedPolicyDetail,
  PolicyDetail,
  PolicyVersion,
  RoleDetail,
  UserDetail,
} from '../../../model/iam-types.gen.ts'
import { shownAttached } from '../../shared/attached-policies.ts'
import { shownGroup, type FoundGroup } from '../../shared/groups.ts'
import type { IamService } from '../../shared/iam-service.ts'
import { instanceProfilesOfRole, shownInstanceProfiles } from '../../shared/instance-profiles.ts'
import { type ManagedPolicy, shownPolicies, shownVersion } from '../../shared/managed-policies.ts'
import { shownPolicy } from '../../shared/policy-document.ts'
import { QUOTAS } from '../../shared/quotas.ts'
import { roleLastUsed } from '../../shared/role-last-used.ts'
import { type FoundRole, shownRoleAlone } from '../../shared/roles.ts'
import { rowsOf } from '../../shared/rows-of.ts'
import { shownTags } from '../../shared/tags.ts'
import { type FoundUser, shownUserAlone } from '../../shared/users.ts'

/** Users with their policies and the names of their groups. */
export async function userDetails(
  { metadata }: IamService,
  users: readonly FoundUser[],
): Promise<readonly UserDetail[]> {
  const ids = new Set(users.flatMap(({ row }) => row.groupIds ?? []))
  const groups = await rowsOf(metadata, iamGroups, [...ids])
  const names = new Map(groups.map(({ id, row }) => [id, row.name]))
  return users.map((user) => ({
    ...shownUserAlone(user),
    Tags: shownTags(user.row.tags),
    UserPolicyList: inlineDetails(user.row),
    GroupList: (user.row.groupIds ?? []).flatMap((id) => names.get(id) ?? []),
    AttachedManagedPolicies: shownAttached(user.row.attachedPolicies),
  }))
}

export function groupDetails({ id, row }: FoundGroup): GroupDetail {
  return {
    ...shownGroup(id, row),
    GroupPolicyList: inlineDetails(row),
    AttachedManagedPolicies: shownAttached(row.attachedPolicies),
  }
}

export async function roleDetails(
  { metadata, keyUses, clock }: IamService,
  role: FoundRole,
): Promise<RoleDetail> {
  const profiles = await instanceProfilesOfRole(metadata, role.id, { MaxItems: QUOTAS.InstanceProfilesQuota })
  const { Description: _, MaxSessionDuration: __, ...shown } = await shownRoleAlone(metadata, role)
  return {
    ...shown,
    Tags: shownTags(role.row.tags),
    InstanceProfileList: await shownInstanceProfiles(metadata, profiles.items),
    RolePolicyList: inlineDetails(role.row),
    AttachedManagedPolicies: shownAttached(role.row.attachedPolicies),
    RoleLastUsed: roleLastUsed(await keyUses.find(role.id), clock.now()),
  }
}

/** Policies with the documents of all their versions. */
export async function policyDetails(
  metadata: OrderedStore,
  accountId: string,
  policies: readonly ManagedPolicy[],
): Promise<readonly ManagedPolicyDetail[]> {
  const shown = await shownPolicies(metadata, accountId, policies)
  const versions = await Promise.all(policies.map((policy) => versionDetails(metadata, policy)))
  return policies.map(({ description }, index) => ({
    ...shown[index],
    ...(description !== undefined && { Description: description }),
    PolicyVersionList: versions[index],
  }))
}

/** Newest first. One that goes meanwhile is left out. */
async function versionDetails(
  metadata: OrderedStore,
  policy: ManagedPolicy,
): Promise<readonly PolicyVersion[]> {
  const { row, document, defaultVersionId, versions } = policy
  const numbers = row?.versions.map(({ number }) => number).toReversed() ?? []
  const entries = await metadata.getMany(numbers.map((number) => iamPolicyVersions.key(policy.id, number)))
  return versions.flatMap((version, index) => {
    const entry = entries[index]
    const other = entry && iamPolicyVersions.decode(entry).document
    const text = version.versionId === defaultVersionId ? document : other
    return text === undefined ? [] : [{ ...shownVersion(policy, version), Document: shownPolicy(text) }]
  })
}

function inlineDetails({ inlinePolicies = {} }: IamEntityRow): readonly PolicyDetail[] {
  return Object.entries(inlinePolicies).map(([PolicyName, text]) => ({
    PolicyName,
    PolicyDocument: shownPolicy(text),
  }))
}
