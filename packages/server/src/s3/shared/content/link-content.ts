import { type Soon, soon } from '../../../base/soon.ts'
import { StorageFault } from '../../../base/storage-fault.ts'
import type { Content, SingleContent } from '../../../metadata/tables/rows.ts'
import { blobReferences, garbage } from '../../../metadata/tables/tables.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { putInline, removeInline } from './inline-bytes.ts'
import { isShareable, shareContent, unshareContent } from './share-content.ts'

/**
 * Bytes that are durable but that no row names yet, or not the row that a commit is about. Inline bytes travel along
 * into the commit that names them.
 */
export interface LooseContent<Kind extends Content = SingleContent> {
  readonly content: Kind
  readonly inline?: Uint8Array | undefined
  /** It belongs to another row, which goes on naming it. */
  readonly isShared?: true | undefined
}

/** Makes loose content belong to the row that this transaction writes; `ContentGone` where that came too late. */
export function linkContent(
  transaction: Transaction,
  { content, inline, isShared }: LooseContent<Content>,
): Soon<void> {
  if (isShared && isShareable(content)) return shareContent(transaction, content)
  if (content.kind === 'inline' && inline) putInline(transaction, content, inline)
  return content.kind === 'blob' ? linkBlob(transaction, content.id) : undefined
}

function linkBlob(transaction: Transaction, id: string): Soon<void> {
  // The sweep of unreferenced blobs puts this row where it got here first; one of the two commits fails.
  return soon(transaction.get(garbage, id), (swept) => {
    if (swept) throw new StorageFault('unavailable', `blob ${id} waited too long for its commit`)
    transaction.put(blobReferences, [id], { references: 1 })
  })
}

/**
 * Lets go of content whose row this transaction removes or replaces. Inline bytes go in the same commit, all else
 * becomes garbage for the worker.
 */
export function unlinkContent(transaction: Transaction, content: Content): Soon<void> {
  switch (content.kind) {
    case 'empty':
      return undefined
    case 'inline':
      return removeInline(transaction, content)
    case 'blob':
    case 'parts':
      return unshareContent(transaction, content)
  }
}
