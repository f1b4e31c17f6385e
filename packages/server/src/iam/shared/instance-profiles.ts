import type { OrderedStore } from '../../metadata/ordered-store.ts'
import {
  iamInstanceProfileNames,
  iamInstanceProfilePaths,
  type IamInstanceProfileRow,
  iamInstanceProfiles,
  iamRoleInstanceProfiles,
  iamRoles,
} from '../../metadata/tables/iam-tables.ts'
import type { Transaction } from '../../metadata/transaction.ts'
import type { IamInputs, IamOperationName, InstanceProfile, Role } from '../../model/iam-types.gen.ts'
import type { QueryError } from '../../model/query-error.ts'
import type { EntityNames } from './entity-names.ts'
import type { IamService } from './iam-service.ts'
import { changeEntity, entityArn, type FoundEntity, type NamedEntity } from './named-entity.ts'
import { defineEntityOperation, type EntityDeclaration, type IamOperation } from './operation.ts'
import { type Page, pageOfTable, type PageRequest } from './page.ts'
import { roleArn, shownRole } from './roles.ts'
import { rowsOf } from './rows-of.ts'
import { shownTags } from './tags.ts'

// They hand roles to machines of EC2. There are none here, but templates make them all the same, beside the roles.

export const instanceProfileNames: EntityNames = {
  kind: 'Instance Profile',
  names: iamInstanceProfileNames,
  paths: iamInstanceProfilePaths,
}

export const instanceProfiles: NamedEntity<IamInstanceProfileRow> = {
  names: instanceProfileNames,
  rows: iamInstanceProfiles,
}

export type FoundInstanceProfile = FoundEntity<IamInstanceProfileRow>

type NamesProfile<Name extends IamOperationName> = IamInputs[Name] extends {
  readonly InstanceProfileName: string
}
  ? Name
  : never

/**
 * Declares an operation on the instance profile that `InstanceProfileName` names. Whoever may not do it learns nothing of whether
 * there is such a one.
 */
export function defineInstanceProfileOperation<Name extends IamOperationName>(
  name: NamesProfile<Name>,
  declaration: EntityDeclaration<IamInstanceProfileRow, Name>,
): IamOperation {
  return defineEntityOperation(instanceProfiles, name, 'InstanceProfileName', declaration)
}

/** Writes the row of an instance profile that may have changed, or gone, since it was found. */
export function changeInstanceProfile(
  { metadata }: Pick<IamService, 'metadata'>,
  profile: FoundInstanceProfile,
  change: (
    row: IamInstanceProfileRow,
    transaction: Transaction,
  ) => IamInstanceProfileRow | Promise<IamInstanceProfileRow>,
): Promise<void> {
  return changeEntity(metadata, instanceProfiles, profile, change)
}

export function instanceProfileArn(accountId: string, path: string, name: string): string {
  return entityArn('Instance Profile', accountId, path, name)
}

/**
 * Throws what `refusal` makes where there is a role in one. What is left of a role that is gone is taken away: servers of older versions
 * delete roles whatever they are in.
 */
export async function assertNoRole(
  transaction: Transaction,
  { name, roleId }: IamInstanceProfileRow,
  refusal: () => QueryError,
): Promise<void> {
  if (roleId === undefined) return
  if (await transaction.get(iamRoles, roleId)) throw refusal()
  transaction.remove(iamRoleInstanceProfiles, roleId, name.toLowerCase())
}

/** One page of those that a role is in, by their names. */
export async function instanceProfilesOfRole(
  metadata: OrderedStore,
  roleId: string,
  page: PageRequest,
): Promise<Page<FoundInstanceProfile>> {
  const range = iamRoleInstanceProfiles.range(roleId)
  const { items, rest } = await pageOfTable(metadata, iamRoleInstanceProfiles, range, page)
  const ids = items.map(({ row }) => row.id)
  const found = (await rowsOf(metadata, iamInstanceProfiles, ids)).map(({ id, row }) => ({
    id,
    row,
    arn: instanceProfileArn(row.accountId, row.path, row.name),
  }))
  return { items: found, rest }
}

/** What all answers show of instance profiles; tags only those that are about one alone. */
export async function shownInstanceProfiles(
  metadata: OrderedStore,
  profiles: readonly FoundInstanceProfile[],
): Promise<readonly InstanceProfile[]> {
  const roles = await rolesIn(metadata, profiles)
  return profiles.map((profile) => shownProfile(profile, roles))
}

export async function shownInstanceProfileAlone(
  metadata: OrderedStore,
  profile: FoundInstanceProfile,
): Promise<InstanceProfile> {
  const roles = await rolesIn(metadata, [profile])
  return { ...shownProfile(profile, roles), Tags: shownTags(profile.row.tags) }
}

/** By their ids. */
async function rolesIn(
  metadata: OrderedStore,
  profiles: readonly FoundInstanceProfile[],
): Promise<ReadonlyMap<string, Role>> {
  const ids = new Set(profiles.flatMap(({ row }) => row.roleId ?? []))
  const roles = await rowsOf(metadata, iamRoles, [...ids])
  const showing = roles.map(async ({ id, row }) => {
    const arn = roleArn(row.accountId, row.path, row.name)
    return [id, await shownRole(metadata, { id, row, arn })] as const
  })
  return new Map(await Promise.all(showing))
}

function shownProfile(
  { id, row, arn }: FoundInstanceProfile,
  roles: ReadonlyMap<string, Role>,
): InstanceProfile {
  const role = roles.get(row.roleId ?? '')
  return {
    Path: row.path,
    InstanceProfileName: row.name,
    InstanceProfileId: id,
    Arn: arn,
    CreateDate: new Date(row.createdMilliseconds),
    Roles: role ? [role] : [],
  }
}
