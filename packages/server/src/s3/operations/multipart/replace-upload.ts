import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { partLists, parts } from '../../../metadata/tables/tables.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { partListRows } from '../../shared/content/part-list.ts'
import { partsInTurns, turnOfParts } from '../../shared/content/parts-in-turns.ts'
import { endUpload } from './abort-upload.ts'
import type { AssembledParts } from './assemble-parts.ts'
import type { UploadAddress } from './find-upload.ts'

/** The list of parts takes the place of the upload and of the rows of its parts. */
export async function replaceUpload(
  transaction: Transaction,
  bucket: BucketRow,
  address: UploadAddress,
  contentId: string,
  assembled: AssembledParts,
): Promise<void> {
  for (const list of partListRows(assembled.parts)) {
    await turnOfParts(list.parts.length)
    transaction.put(partLists, [contentId, list.parts[0]?.startByte ?? 0], list)
  }
  for await (const slice of partsInTurns(assembled.parts)) {
    for (const part of slice) transaction.remove(parts, address.UploadId, part.partNumber)
  }
  transaction.usageOf(bucket.id).partBytes -= assembled.sizeBytes
  // Garbage are parts that the list left out, or that arrived since it was read.
  endUpload(transaction, bucket.id, address)
}
