import { shownPolicyText } from '../../identities/policy-principals.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { iamRoleNames, iamRolePaths, iamRoles, type IamRoleRow } from '../../metadata/tables/iam-tables.ts'
import type { Transaction } from '../../metadata/transaction.ts'
import type { IamInputs, IamOperationName, Role } from '../../model/iam-types.gen.ts'
import type { EntityNames } from './entity-names.ts'
import type { IamService } from './iam-service.ts'
import { changeEntity, entityArn, type FoundEntity, type NamedEntity } from './named-entity.ts'
import { defineEntityOperation, type EntityDeclaration, type IamOperation } from './operation.ts'
import { shownBoundary } from './permissions-boundary.ts'
import { shownPolicy } from './policy-document.ts'
import { tagsOf } from './tags.ts'

/** Of a role for which nobody says how long sessions may last. Source: IAM API Reference, CreateRole and UpdateRole, MaxSessionDuration. */
export const DEFAULT_SESSION_SECONDS = 3600

export const roleNames: EntityNames = { kind: 'Role', names: iamRoleNames, paths: iamRolePaths }

export const roles: NamedEntity<IamRoleRow> = { names: roleNames, rows: iamRoles }

export type FoundRole = FoundEntity<IamRoleRow>

type NamesRole<Name extends IamOperationName> = IamInputs[Name] extends { readonly RoleName: string }
  ? Name
  : never

/**
 * Declares an operation on the role that `RoleName` names. Whoever may not do it learns nothing of whether there is such a
 * role.
 */
export function defineRoleOperation<Name extends IamOperationName>(
  name: NamesRole<Name>,
  declaration: EntityDeclaration<IamRoleRow, Name>,
): IamOperation {
  return defineEntityOperation(roles, name, 'RoleName', declaration)
}

/** Writes the row of a role that may have changed, or gone, since it was found. */
export function changeRole(
  { metadata }: Pick<IamService, 'metadata'>,
  role: FoundRole,
  change: (row: IamRoleRow, transaction: Transaction) => IamRoleRow | Promise<IamRoleRow>,
): Promise<void> {
  return changeEntity(metadata, roles, role, change)
}

export function roleArn(accountId: string, path: string, name: string): string {
  return entityArn('Role', accountId, path, name)
}

/** What all answers show of a role; its tags and its boundary only those that are about one role alone. */
export async function shownRole(metadata: OrderedStore, { id, row, arn }: FoundRole): Promise<Role> {
  const { description, maximumSessionSeconds } = row
  return {
    Path: row.path,
    RoleName: row.name,
    RoleId: id,
    Arn: arn,
    CreateDate: new Date(row.createdMilliseconds),
    AssumeRolePolicyDocument: shownPolicy(await shownPolicyText(metadata, row.trustPolicy)),
    ...(description !== undefined && { Description: description }),
    MaxSessionDuration: maximumSessionSeconds,
  }
}

export async function shownRoleAlone(metadata: OrderedStore, role: FoundRole): Promise<Role> {
  return { ...(await shownRole(metadata, role)), ...shownBoundary(role.row), ...tagsOf(role.row.tags) }
}
