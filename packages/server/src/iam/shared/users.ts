import type { User } from '../../model/iam-types.gen.ts'
import { QueryError } from '../../model/query-error.ts'
import { iamUserNames, iamUserPaths, iamUsers, type IamUserRow } from '../../metadata/tables/iam-tables.ts'
import { transact, type Transaction } from '../../metadata/transaction.ts'
import { type EntityNames, findNamed } from './entity-names.ts'
import type { IamService } from './iam-service.ts'
import { shownTags } from './tags.ts'

export const userNames: EntityNames = { kind: 'User', names: iamUserNames, paths: iamUserPaths }

export interface FoundUser {
  readonly id: string
  readonly row: IamUserRow
  readonly arn: string
}

export async function findUser(
  { metadata }: Pick<IamService, 'metadata'>,
  accountId: string,
  name: string,
): Promise<FoundUser | undefined> {
  const found = await findNamed(metadata, userNames, iamUsers, [accountId, name])
  return found && { ...found, arn: userArn(accountId, found.row.path, name) }
}

/** Throws NoSuchEntity where there is none. */
export async function requireUser(
  service: Pick<IamService, 'metadata'>,
  accountId: string,
  name: string,
): Promise<FoundUser> {
  const user = await findUser(service, accountId, name)
  if (user) return user
  throw noSuchUser(name)
}

/** Writes the row of a user that may have changed, or gone, since it was found. */
export async function changeUser(
  { metadata }: Pick<IamService, 'metadata'>,
  { id, row: found }: FoundUser,
  change: (row: IamUserRow, transaction: Transaction) => IamUserRow | Promise<IamUserRow>,
): Promise<void> {
  await transact(metadata, async (transaction) => {
    const row = await transaction.get(iamUsers, id)
    if (!row) throw noSuchUser(found.name)
    transaction.put(iamUsers, [id], await change(row, transaction))
  })
}

export function userArn(accountId: string, path: string, name: string): string {
  return `arn:aws:iam::${accountId}:user${path}${name}`
}

export function noSuchUser(name: string): QueryError {
  return new QueryError('NoSuchEntity', `The user with name ${name} cannot be found.`)
}

/** What all answers show of a user; its tags only those that are about one user alone. */
export function shownUser({ id, row, arn }: FoundUser): User {
  const CreateDate = new Date(row.createdMilliseconds)
  return { Path: row.path, UserName: row.name, UserId: id, Arn: arn, CreateDate }
}

export function shownUserWithTags(user: FoundUser): User {
  const { tags } = user.row
  return { ...shownUser(user), ...(tags && tags.length > 0 && { Tags: shownTags(tags) }) }
}
