import type { Account } from '../../access/accounts.ts'
import { arnOf } from '../../access/principal.ts'
import type { User } from '../../model/iam-types.gen.ts'
import {
  type IamKeyUseRow,
  iamUserNames,
  iamUserPaths,
  iamUsers,
  type IamUserRow,
} from '../../metadata/tables/iam-tables.ts'
import type { Transaction } from '../../metadata/transaction.ts'
import type { EntityNames } from './entity-names.ts'
import type { IamService } from './iam-service.ts'
import {
  changeEntity,
  entityArn,
  findEntity,
  type FoundEntity,
  type NamedEntity,
  noSuchEntity,
} from './named-entity.ts'
import { shownBoundary } from './permissions-boundary.ts'
import { tagsOf } from './tags.ts'

export const userNames: EntityNames = { kind: 'User', names: iamUserNames, paths: iamUserPaths }
export const users: NamedEntity<IamUserRow> = { names: userNames, rows: iamUsers }

export type FoundUser = FoundEntity<IamUserRow>

/** Throws NoSuchEntity where there is none. */
export async function requireUser(
  service: Pick<IamService, 'metadata'>,
  accountId: string,
  name: string,
): Promise<FoundUser> {
  const user = await findEntity(service.metadata, users, accountId, name)
  if (user) return user
  throw noSuchEntity('User', name)
}

/** Writes the row of a user that may have changed, or gone, since it was found. */
export function changeUser(
  { metadata }: Pick<IamService, 'metadata'>,
  user: FoundUser,
  change: (row: IamUserRow, transaction: Transaction) => IamUserRow | Promise<IamUserRow>,
): Promise<void> {
  return changeEntity(metadata, users, user, change)
}

export function userArn(accountId: string, path: string, name: string): string {
  return entityArn('User', accountId, path, name)
}

/** What all answers show of a user; its tags and its boundary only those that are about one user alone. */
export function shownUser({ id, row, arn }: FoundUser): User {
  const CreateDate = new Date(row.createdMilliseconds)
  return { Path: row.path, UserName: row.name, UserId: id, Arn: arn, CreateDate }
}

/** When a user signed in last. Source: IAM API Reference, User: GetUser and ListUsers alone tell it. */
export function passwordLastUsed(use: IamKeyUseRow | undefined): { readonly PasswordLastUsed?: Date } {
  return use ? { PasswordLastUsed: new Date(use.atMilliseconds) } : {}
}

/** The root user, as GetUser of IAM shows it. */
export function shownRootUser(account: Account): User {
  // When an account of the config was made nobody knows.
  const CreateDate = account.createdAt ?? new Date(0)
  return { Path: '/', UserName: account.name, UserId: account.id, Arn: arnOf(account), CreateDate }
}

export function shownUserAlone(user: FoundUser): User {
  return { ...shownUser(user), ...shownBoundary(user.row), ...tagsOf(user.row.tags) }
}
