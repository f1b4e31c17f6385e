import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import { inlineBytes, uncheckedInlineBytes } from '../../../metadata/tables/tables.ts'
import { readRow, type Transaction } from '../../../metadata/transaction.ts'

/** Writes the bytes of inline content in the commit that names it. */
export function putInline(transaction: Transaction, contentId: string, bytes: Uint8Array): void {
  const table = transaction.writtenVersion === 1 ? uncheckedInlineBytes : inlineBytes
  transaction.put(table, [contentId], bytes)
}

export function removeInline(transaction: Transaction, contentId: string): void {
  transaction.remove(inlineBytes, contentId)
  transaction.remove(uncheckedInlineBytes, contentId)
}

/** The bytes of inline content as they are kept; `undefined` where there are none. */
export async function readInline(metadata: OrderedStore, contentId: string): Promise<Uint8Array | undefined> {
  return (
    (await readRow(metadata, inlineBytes, contentId)) ??
    (await readRow(metadata, uncheckedInlineBytes, contentId))
  )
}

/** Many of them, in their order. */
export async function readManyInline(
  metadata: OrderedStore,
  contentIds: readonly string[],
): Promise<(Uint8Array | undefined)[]> {
  const entries = await metadata.getMany(contentIds.map((id) => inlineBytes.key(id)))
  return Promise.all(
    entries.map(async (entry, index) =>
      entry ? inlineBytes.decode(entry) : readRow(metadata, uncheckedInlineBytes, contentIds[index] ?? ''),
    ),
  )
}
