import {
  iamGroupNames,
  iamGroupPaths,
  iamGroups,
  type IamGroupRow,
} from '../../metadata/tables/iam-tables.ts'
import type { Transaction } from '../../metadata/transaction.ts'
import type { Group, IamInputs, IamOperationName } from '../../model/iam-types.gen.ts'
import type { EntityNames } from './entity-names.ts'
import type { IamService } from './iam-service.ts'
import { changeEntity, entityArn, type FoundEntity, type NamedEntity } from './named-entity.ts'
import { defineEntityOperation, type EntityDeclaration, type IamOperation } from './operation.ts'

export const groupNames: EntityNames = { kind: 'Group', names: iamGroupNames, paths: iamGroupPaths }

export const groups: NamedEntity<IamGroupRow> = { names: groupNames, rows: iamGroups }

export type FoundGroup = FoundEntity<IamGroupRow>

type NamesGroup<Name extends IamOperationName> = IamInputs[Name] extends { readonly GroupName: string }
  ? Name
  : never

/**
 * Declares an operation on the group that `GroupName` names. Whoever may not do it learns nothing of whether there is such a
 * group.
 */
export function defineGroupOperation<Name extends IamOperationName>(
  name: NamesGroup<Name>,
  declaration: EntityDeclaration<IamGroupRow, Name>,
): IamOperation {
  return defineEntityOperation(groups, name, 'GroupName', declaration)
}

/** Writes the row of a group that may have changed, or gone, since it was found. */
export function changeGroup(
  { metadata }: Pick<IamService, 'metadata'>,
  group: FoundGroup,
  change: (row: IamGroupRow, transaction: Transaction) => IamGroupRow | Promise<IamGroupRow>,
): Promise<void> {
  return changeEntity(metadata, groups, group, change)
}

export function groupArn(accountId: string, path: string, name: string): string {
  return entityArn('Group', accountId, path, name)
}

export function shownGroup(id: string, { accountId, path, name, createdMilliseconds }: IamGroupRow): Group {
  const CreateDate = new Date(createdMilliseconds)
  return { Path: path, GroupName: name, GroupId: id, Arn: groupArn(accountId, path, name), CreateDate }
}
