import type { IamNamedRow } from '../../metadata/tables/iam-tables.ts'
import type { Table } from '../../metadata/table.ts'
import type { Transaction } from '../../metadata/transaction.ts'
import { QueryError } from '../../model/query-error.ts'

type NameTable = Table<[accountId: string, name: string], { readonly id: string }>

/** Where the users, the groups, the roles or the instance profiles of an account stand by their names and by their paths. */
export interface EntityNames {
  readonly kind: 'User' | 'Group' | 'Role' | 'Instance Profile'
  readonly names: NameTable
  readonly paths: NameTable
}

/** Throws EntityAlreadyExists where another has the name, in whatever case. */
export async function addName(
  transaction: Transaction,
  { kind, names, paths }: EntityNames,
  id: string,
  row: IamNamedRow,
): Promise<void> {
  const lowerName = row.name.toLowerCase()
  const holder = await transaction.get(names, row.accountId, lowerName)
  if (holder && holder.id !== id) {
    const named = kind === 'Instance Profile' ? `${kind} ${row.name}` : `${kind} with name ${row.name}`
    throw new QueryError('EntityAlreadyExists', `${named} already exists.`)
  }
  transaction.put(names, [row.accountId, lowerName], { id })
  transaction.put(paths, [row.accountId, `${row.path}${lowerName}`], { id })
}

export function removeName(transaction: Transaction, { names, paths }: EntityNames, row: IamNamedRow): void {
  const lowerName = row.name.toLowerCase()
  transaction.remove(names, row.accountId, lowerName)
  transaction.remove(paths, row.accountId, `${row.path}${lowerName}`)
}
