import type { OrderedStore } from '../../metadata/ordered-store.ts'
import type { IamNamedRow } from '../../metadata/tables/iam-tables.ts'
import { entityArn, type FoundEntity, type NamedEntity } from './named-entity.ts'
import { type Page, pageOfTable, type PageRequest } from './page.ts'
import { rowsOf } from './rows-of.ts'

export type PathPage = PageRequest & { readonly PathPrefix?: string | undefined }

/**
 * One page of the users, the groups, the roles or the instance profiles of an account, by their paths and names. A name that goes on as
 * the prefix does is not of the path: a page may have less than it is asked for, as IAM's may.
 */
export async function pageOfEntities<Row extends IamNamedRow>(
  metadata: OrderedStore,
  { names: { kind, paths }, rows }: NamedEntity<Row>,
  accountId: string,
  { PathPrefix = '/', ...page }: PathPage,
): Promise<Page<FoundEntity<Row>>> {
  const range = paths.stringRange([accountId], PathPrefix)
  const { items, rest } = await pageOfTable(metadata, paths, range, page)
  const ids = items.map(({ row }) => row.id)
  const found = (await rowsOf(metadata, rows, ids)).filter(({ row }) => row.path.startsWith(PathPrefix))
  return {
    items: found.map(({ id, row }) => ({ id, row, arn: entityArn(kind, accountId, row.path, row.name) })),
    rest,
  }
}
