import type { BucketRow } from '../metadata/tables/rows.ts'
import { buckets } from '../metadata/tables/tables.ts'
import { readRow } from '../metadata/transaction.ts'
import { AdministrationError } from './administration-error.ts'
import type { AdministrationContext } from './administration-service.ts'

export type SeenBucket = Pick<BucketRow, 'id'> & { readonly name: string }

/** Accounts of the config see all, others their own. */
export function maySee({ seesAll, caller }: AdministrationContext, { ownerAccountId }: BucketRow): boolean {
  return seesAll || ownerAccountId === caller.account.id
}

/** Throws NotFound, also where it is not the caller's to see. */
export async function bucketNamed(context: AdministrationContext, name: string): Promise<SeenBucket> {
  // No bucket has a longer name.
  const row = name.length > 63 ? undefined : await readRow(context.service.stores.metadata, buckets, name)
  if (row && maySee(context, row)) return { id: row.id, name }
  throw new AdministrationError('NotFound', 'There is no such bucket, or it is of another account')
}
