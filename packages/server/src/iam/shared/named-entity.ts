import type { ContextKeys } from '../../access/request-context.ts'
import { authorizeCall } from '../../identities/authorize-call.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import type { Table } from '../../metadata/table.ts'
import type { IamNamedRow, TagPairs } from '../../metadata/tables/iam-tables.ts'
import { readRow, transact, type Transaction } from '../../metadata/transaction.ts'
import { QueryError } from '../../model/query-error.ts'
import type { EntityNames } from './entity-names.ts'
import type { IamContext } from './iam-service.ts'
import { resourceTagKeys } from './tags.ts'

/** Groups have no tags. */
export type TaggedRow = IamNamedRow & { readonly tags?: TagPairs | undefined }

/** Users, groups, roles or instance profiles: how they are found by their names, and where their rows are. */
export interface NamedEntity<Row extends IamNamedRow> {
  readonly names: EntityNames
  readonly rows: Table<[id: string], Row>
}

export interface FoundEntity<Row> {
  readonly id: string
  readonly row: Row
  readonly arn: string
}

/**
 * Names are unique whatever their case, and found in any: "Names are not distinguished by case". The ARN has the name as it was given, as
 * policies have to name it. Source: IAM API Reference, CreateUser; IAM User Guide, "Create a role to delegate permissions to an IAM user".
 */
export async function findEntity<Row extends IamNamedRow>(
  metadata: OrderedStore,
  { names, rows }: NamedEntity<Row>,
  accountId: string,
  name: string,
): Promise<FoundEntity<Row> | undefined> {
  const named = await readRow(metadata, names.names, accountId, name.toLowerCase())
  const row = named && (await readRow(metadata, rows, named.id))
  return named && row
    ? { id: named.id, row, arn: entityArn(names.kind, accountId, row.path, row.name) }
    : undefined
}

/** Writes the row of one that may have changed, or gone, since it was found. */
export async function changeEntity<Row extends IamNamedRow>(
  metadata: OrderedStore,
  entity: NamedEntity<Row>,
  found: FoundEntity<Row>,
  change: (row: Row, transaction: Transaction) => Row | Promise<Row>,
): Promise<void> {
  await transact(metadata, async (transaction) => {
    const row = await entityForWrite(transaction, entity, found)
    transaction.put(entity.rows, [found.id], await change(row, transaction))
  })
}

export async function entityForWrite<Row extends IamNamedRow>(
  transaction: Transaction,
  { names, rows }: NamedEntity<Row>,
  { id, row }: FoundEntity<Row>,
): Promise<Row> {
  const now = await transaction.get(rows, id)
  if (now) return now
  throw noSuchEntity(names.kind, row.name)
}

export function entityArn(kind: EntityNames['kind'], accountId: string, path: string, name: string): string {
  return `arn:aws:iam::${accountId}:${kind.toLowerCase().replace(' ', '-')}${path}${name}`
}

export function noSuchEntity(kind: EntityNames['kind'], name: string): QueryError {
  const named =
    kind === 'Instance Profile' ? `${kind} ${name}` : `The ${kind.toLowerCase()} with name ${name}`
  return new QueryError('NoSuchEntity', `${named} cannot be found.`)
}

/** The one of that name, if the caller may do that to it. Throws AccessDenied, and NoSuchEntity to those who may. */
export async function authorizedEntity<Row extends TaggedRow>(
  entity: NamedEntity<Row>,
  name: string,
  action: string,
  { service, caller }: IamContext,
  keysOf: (row: Row | undefined) => ContextKeys | undefined = () => ({}),
): Promise<FoundEntity<Row>> {
  const { kind } = entity.names
  const accountId = caller.account.id
  const found = await findEntity(service.metadata, entity, accountId, name)
  const resource = found?.arn ?? entityArn(kind, accountId, '/', name)
  const keys = { ...resourceTagKeys(found?.row.tags), ...keysOf(found?.row) }
  authorizeCall(service, caller, { action, resource, keys })
  if (!found) throw noSuchEntity(kind, name)
  return found
}
