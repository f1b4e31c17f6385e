import { StorageFault } from '../../base/storage-fault.ts'
import type { Content, SingleContent } from '../../metadata/tables/rows.ts'
import { blobReferences, garbage, inlineBytes } from '../../metadata/tables/tables.ts'
import type { Transaction } from '../../metadata/transaction.ts'

/** Bytes that are durable but that no row names yet. Inline bytes travel along into the commit that names them. */
export interface LooseContent {
  readonly content: SingleContent
  readonly inline?: Uint8Array | undefined
}

/** Makes loose content belong to the row that this transaction writes. */
export async function linkContent(
  transaction: Transaction,
  { content, inline }: LooseContent,
): Promise<void> {
  if (content.kind === 'inline' && inline) transaction.put(inlineBytes, [content.id], inline)
  if (content.kind !== 'blob') return
  // The sweep of unreferenced blobs puts this row where it got here first; one of the two commits fails.
  if (await transaction.get(garbage, content.id)) {
    throw new StorageFault('unavailable', `blob ${content.id} waited too long for its commit`)
  }
  transaction.put(blobReferences, [content.id], { references: 1 })
}

/**
 * Lets go of content whose row this transaction removes or replaces. Inline bytes go in the same commit, all else
 * becomes garbage for the worker.
 */
export async function unlinkContent(transaction: Transaction, content: Content): Promise<void> {
  switch (content.kind) {
    case 'empty':
      return
    case 'inline':
      transaction.remove(inlineBytes, content.id)
      return
    case 'blob':
      await unlinkBlob(transaction, content.id)
      return
    case 'parts':
      transaction.put(garbage, [content.id], { kind: 'parts', id: content.id })
  }
}

async function unlinkBlob(transaction: Transaction, id: string): Promise<void> {
  const row = await transaction.get(blobReferences, id)
  if (row && row.references > 1) {
    transaction.put(blobReferences, [id], { references: row.references - 1 })
    return
  }
  transaction.remove(blobReferences, id)
  transaction.put(garbage, [id], { kind: 'blob', id })
}
