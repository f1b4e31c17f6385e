import type { IamEntityRow } from '../../metadata/tables/iam-tables.ts'
import type { Table } from '../../metadata/table.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { readRow, type Transaction } from '../../metadata/transaction.ts'
import { QueryError } from '../../model/query-error.ts'

type NameTable = Table<[accountId: string, name: string], { readonly id: string }>

/** Where the users, the groups or the roles of an account stand by their names and by their paths. */
export interface EntityNames {
  readonly kind: 'User' | 'Group' | 'Role'
  readonly names: NameTable
  readonly paths: NameTable
}

/** Throws EntityAlreadyExists where another has the name, in whatever case. */
export async function addName(
  transaction: Transaction,
  { kind, names, paths }: EntityNames,
  id: string,
  row: IamEntityRow,
): Promise<void> {
  const lowerName = row.name.toLowerCase()
  const holder = await transaction.get(names, row.accountId, lowerName)
  if (holder && holder.id !== id) {
    throw new QueryError('EntityAlreadyExists', `${kind} with name ${row.name} already exists.`)
  }
  transaction.put(names, [row.accountId, lowerName], { id })
  transaction.put(paths, [row.accountId, `${row.path}${lowerName}`], { id })
}

export function removeName(transaction: Transaction, { names, paths }: EntityNames, row: IamEntityRow): void {
  const lowerName = row.name.toLowerCase()
  transaction.remove(names, row.accountId, lowerName)
  transaction.remove(paths, row.accountId, `${row.path}${lowerName}`)
}

/** Names are unique whatever their case, and found as they are spelt only: policies name them so. */
export async function findNamed<Row extends IamEntityRow>(
  metadata: OrderedStore,
  { names }: EntityNames,
  rows: Table<[id: string], Row>,
  [accountId, name]: readonly [accountId: string, name: string],
): Promise<{ readonly id: string; readonly row: Row } | undefined> {
  const named = await readRow(metadata, names, accountId, name.toLowerCase())
  const row = named && (await readRow(metadata, rows, named.id))
  return named && row?.name === name ? { id: named.id, row } : undefined
}
