import { authorizeCall } from '../../identities/authorize-call.ts'
import { shownPolicyText } from '../../identities/policy-principals.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { iamRoleNames, iamRolePaths, iamRoles, type IamRoleRow } from '../../metadata/tables/iam-tables.ts'
import { transact, type Transaction } from '../../metadata/transaction.ts'
import type { ContextKeys } from '../../access/request-context.ts'
import type { IamInputs, IamOperationName, IamOutputs, Role } from '../../model/iam-types.gen.ts'
import { QueryError } from '../../model/query-error.ts'
import { type EntityNames, findNamed } from './entity-names.ts'
import type { IamContext, IamService } from './iam-service.ts'
import type { IamOperation } from './operation.ts'
import { shownPolicy } from './policy-document.ts'
import { resourceTagKeys, shownTags } from './tags.ts'

export const roleNames: EntityNames = { kind: 'Role', names: iamRoleNames, paths: iamRolePaths }

export interface FoundRole {
  readonly id: string
  readonly row: IamRoleRow
  readonly arn: string
}

type NamesRole<Name extends IamOperationName> = IamInputs[Name] extends { readonly RoleName: string }
  ? Name
  : never

interface RoleDeclaration<Name extends IamOperationName> {
  /** Condition keys that the request brings, its tags say. */
  keys?(input: IamInputs[Name]): ContextKeys
  handle(role: FoundRole, input: IamInputs[Name], context: IamContext): Promise<IamOutputs[Name]>
}

/**
 * Declares an operation on the role that `RoleName` names. Whoever may not do it learns nothing of whether there is such a
 * role.
 */
export function defineRoleOperation<Name extends IamOperationName>(
  name: NamesRole<Name>,
  declaration: RoleDeclaration<Name>,
): IamOperation {
  const action = `iam:${name}` as const
  const run = async (given: Readonly<Record<string, unknown>>, context: IamContext) => {
    const { RoleName } = given as { readonly RoleName: string }
    const input = given as unknown as IamInputs[Name]
    const { service, caller } = context
    const role = await findRole(service, caller.account.id, RoleName)
    const resource = role?.arn ?? roleArn(caller.account.id, '/', RoleName)
    const keys = { ...resourceTagKeys(role?.row.tags), ...declaration.keys?.(input) }
    authorizeCall(service, caller, { action, resource, keys })
    if (!role) throw noSuchRole(RoleName)
    const output = await declaration.handle(role, input, context)
    return output as unknown as Readonly<Record<string, unknown>>
  }
  return { name, action, run }
}

async function findRole(
  { metadata }: Pick<IamService, 'metadata'>,
  accountId: string,
  name: string,
): Promise<FoundRole | undefined> {
  const found = await findNamed(metadata, roleNames, iamRoles, [accountId, name])
  return found && { ...found, arn: roleArn(accountId, found.row.path, name) }
}

/** Writes the row of a role that may have changed, or gone, since it was found. */
export async function changeRole(
  { metadata }: Pick<IamService, 'metadata'>,
  role: FoundRole,
  change: (row: IamRoleRow, transaction: Transaction) => IamRoleRow,
): Promise<void> {
  await transact(metadata, async (transaction) => {
    transaction.put(iamRoles, [role.id], change(await roleForWrite(transaction, role), transaction))
  })
}

export async function roleForWrite(transaction: Transaction, { id, row }: FoundRole): Promise<IamRoleRow> {
  const now = await transaction.get(iamRoles, id)
  if (now) return now
  throw noSuchRole(row.name)
}

export function roleArn(accountId: string, path: string, name: string): string {
  return `arn:aws:iam::${accountId}:role${path}${name}`
}

/** What all answers show of a role; its tags only those that are about one role alone. */
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

export async function shownRoleWithTags(metadata: OrderedStore, role: FoundRole): Promise<Role> {
  const { tags } = role.row
  return { ...(await shownRole(metadata, role)), ...(tags && tags.length > 0 && { Tags: shownTags(tags) }) }
}

function noSuchRole(name: string): QueryError {
  return new QueryError('NoSuchEntity', `The role with name ${name} cannot be found.`)
}
