import type { Content } from '../../../metadata/tables/rows.ts'
import { blobReferences, garbage, partLists } from '../../../metadata/tables/tables.ts'
import type { Transaction } from '../../../metadata/transaction.ts'

/** Content that several rows may name. Small content is copied instead: that costs less than counting. */
export type ShareableContent = Extract<Content, { kind: 'blob' | 'parts' }>

/** Thrown when content was let go of before it could be shared; its object has been replaced, so look that up anew. */
export class ContentGone extends Error {
  override readonly name = 'ContentGone'
}

/** The result of a commit that shares content; `undefined` where the content was gone. */
export async function unlessGone<T>(commit: Promise<T>): Promise<T | undefined> {
  try {
    return await commit
  } catch (error) {
    if (error instanceof ContentGone) return undefined
    throw error
  }
}

export function isShareable(content: Content): content is ShareableContent {
  return content.kind === 'blob' || content.kind === 'parts'
}

/** Makes one more row name content that another row names already: the row that this transaction writes. */
export async function shareContent(transaction: Transaction, content: ShareableContent): Promise<void> {
  const isGarbage = (await transaction.get(garbage, content.id)) !== undefined
  const counted = await transaction.get(blobReferences, content.id)
  // A part list that only one object names is not counted.
  const isThere =
    counted !== undefined ||
    (content.kind === 'parts' && (await transaction.get(partLists, content.id, 0)) !== undefined)
  if (isGarbage || !isThere) throw new ContentGone(`content ${content.id}`)
  transaction.put(blobReferences, [content.id], { references: (counted?.references ?? 1) + 1 })
}

/** One row less names the content; the last one makes it garbage. */
export async function unshareContent(
  transaction: Transaction,
  { kind, id }: ShareableContent,
): Promise<void> {
  const counted = await transaction.get(blobReferences, id)
  if (counted && counted.references > 1) {
    transaction.put(blobReferences, [id], { references: counted.references - 1 })
    return
  }
  if (counted) transaction.remove(blobReferences, id)
  transaction.put(garbage, [id], { kind, id })
}
