import type { Soon } from '../../../base/soon.ts'
import type { ObjectRow } from '../../../metadata/tables/rows.ts'
import { garbage } from '../../../metadata/tables/tables.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { unlinkContent } from './link-content.ts'

/** Lets go of all that an object has, whose row this transaction removes or replaces: its content, and its annotations. */
export function unlinkObject(
  transaction: Transaction,
  bucketId: string,
  { content, annotations }: Pick<ObjectRow, 'content' | 'annotations'>,
): Soon<void> {
  if (annotations !== undefined)
    transaction.put(garbage, [annotations], { kind: 'annotations', id: annotations, bucketId })
  return unlinkContent(transaction, content)
}
