import type { ContextKeys } from '../../access/request-context.ts'
import { authorizeCall } from '../../identities/authorize-call.ts'
import {
  iamGroupNames,
  iamGroupPaths,
  iamGroups,
  type IamGroupRow,
} from '../../metadata/tables/iam-tables.ts'
import { transact, type Transaction } from '../../metadata/transaction.ts'
import type { Group, IamInputs, IamOperationName, IamOutputs } from '../../model/iam-types.gen.ts'
import { QueryError } from '../../model/query-error.ts'
import { type EntityNames, findNamed } from './entity-names.ts'
import type { IamContext, IamService } from './iam-service.ts'
import type { IamOperation } from './operation.ts'

export const groupNames: EntityNames = { kind: 'Group', names: iamGroupNames, paths: iamGroupPaths }

export interface FoundGroup {
  readonly id: string
  readonly row: IamGroupRow
  readonly arn: string
}

type NamesGroup<Name extends IamOperationName> = IamInputs[Name] extends { readonly GroupName: string }
  ? Name
  : never

/**
 * Declares an operation on the group that `GroupName` names. Whoever may not do it learns nothing of whether there is such a
 * group.
 */
export function defineGroupOperation<Name extends IamOperationName>(
  name: NamesGroup<Name>,
  handle: (group: FoundGroup, input: IamInputs[Name], context: IamContext) => Promise<IamOutputs[Name]>,
  /** Condition keys that the request brings. */
  keys?: (input: IamInputs[Name]) => ContextKeys,
): IamOperation {
  const action = `iam:${name}` as const
  const run = async (given: Readonly<Record<string, unknown>>, context: IamContext) => {
    const { GroupName } = given as { readonly GroupName: string }
    const input = given as unknown as IamInputs[Name]
    const { service, caller } = context
    const group = await findGroup(service, caller.account.id, GroupName)
    const resource = group?.arn ?? groupArn(caller.account.id, '/', GroupName)
    authorizeCall(service, caller, { action, resource, keys: keys?.(input) })
    if (!group) throw noSuchGroup(GroupName)
    const output = await handle(group, input, context)
    return output as unknown as Readonly<Record<string, unknown>>
  }
  return { name, action, run }
}

async function findGroup(
  { metadata }: Pick<IamService, 'metadata'>,
  accountId: string,
  name: string,
): Promise<FoundGroup | undefined> {
  const found = await findNamed(metadata, groupNames, iamGroups, [accountId, name])
  return found && { ...found, arn: groupArn(accountId, found.row.path, name) }
}

/** Writes the row of a group that may have changed, or gone, since it was found. */
export async function changeGroup(
  { metadata }: Pick<IamService, 'metadata'>,
  group: FoundGroup,
  change: (row: IamGroupRow, transaction: Transaction) => IamGroupRow | Promise<IamGroupRow>,
): Promise<void> {
  await transact(metadata, async (transaction) => {
    const row = await groupForWrite(transaction, group)
    transaction.put(iamGroups, [group.id], await change(row, transaction))
  })
}

export async function groupForWrite(transaction: Transaction, { id, row }: FoundGroup): Promise<IamGroupRow> {
  const now = await transaction.get(iamGroups, id)
  if (now) return now
  throw noSuchGroup(row.name)
}

export function groupArn(accountId: string, path: string, name: string): string {
  return `arn:aws:iam::${accountId}:group${path}${name}`
}

export function shownGroup(id: string, { accountId, path, name, createdMilliseconds }: IamGroupRow): Group {
  const CreateDate = new Date(createdMilliseconds)
  return { Path: path, GroupName: name, GroupId: id, Arn: groupArn(accountId, path, name), CreateDate }
}

function noSuchGroup(name: string): QueryError {
  return new QueryError('NoSuchEntity', `The group with name ${name} cannot be found.`)
}
