import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import { WHOLE_VALUE_BYTES } from '../../../metadata/key-limits.ts'
import type { Content } from '../../../metadata/tables/rows.ts'
import { inlineBytes, uncheckedInlineBytes } from '../../../metadata/tables/tables.ts'
import { readRow, type Transaction } from '../../../metadata/transaction.ts'
import { isSorted } from './content-ids.ts'

export type InlineContent = Extract<Content, { kind: 'inline' }>

/** How many rows inline bytes are cut into: the store has no good place for values larger than that. */
export function inlinePieces(bytes: Uint8Array): number {
  return Math.max(1, Math.ceil(bytes.length / WHOLE_VALUE_BYTES))
}

/** Writes the bytes of inline content in the commit that names it. */
export function putInline(transaction: Transaction, content: InlineContent, bytes: Uint8Array): void {
  const { id, pieces = 1 } = content
  if (transaction.writtenVersion === 1) return transaction.put(uncheckedInlineBytes, [id], bytes)
  transaction.put(inlineBytes, [id], pieces === 1 ? bytes : bytes.subarray(0, WHOLE_VALUE_BYTES))
  for (let piece = 1; piece < pieces; piece++) {
    const start = piece * WHOLE_VALUE_BYTES
    transaction.put(inlineBytes, [id, piece], bytes.subarray(start, start + WHOLE_VALUE_BYTES))
  }
}

export function removeInline(transaction: Transaction, { id, pieces = 1 }: InlineContent): void {
  transaction.remove(inlineBytes, id)
  for (let piece = 1; piece < pieces; piece++) transaction.remove(inlineBytes, id, piece)
  if (mayBeUnchecked({ id, pieces })) transaction.remove(uncheckedInlineBytes, id)
}

/** Version 1 knew no pieces, and its ids are of another length than later ones (content-ids.ts). */
function mayBeUnchecked({ id, pieces = 1 }: Pick<InlineContent, 'id' | 'pieces'>): boolean {
  return pieces === 1 && !isSorted(id)
}

/** The bytes of inline content as they are kept; `undefined` where there are none, or not all. */
export async function readInline(
  metadata: OrderedStore,
  content: InlineContent,
): Promise<Uint8Array | undefined> {
  if (content.pieces !== undefined) return (await readManyInline(metadata, [content]))[0]
  return (
    (await readRow(metadata, inlineBytes, content.id)) ??
    (await readRow(metadata, uncheckedInlineBytes, content.id))
  )
}

/** Many of them, in their order. */
export async function readManyInline(
  metadata: OrderedStore,
  contents: readonly InlineContent[],
): Promise<(Uint8Array | undefined)[]> {
  const entries = await metadata.getMany(contents.flatMap(keysOf))
  let next = 0
  return Promise.all(
    contents.map(async ({ id, pieces = 1 }) => {
      const own = entries.slice(next, (next += pieces)).map((entry) => entry && inlineBytes.decode(entry))
      if (pieces === 1) return own[0] ?? readRow(metadata, uncheckedInlineBytes, id)
      return own.every((piece) => piece !== undefined) ? Buffer.concat(own) : undefined
    }),
  )
}

function keysOf({ id, pieces = 1 }: InlineContent): Buffer[] {
  return Array.from({ length: pieces }, (_, piece) =>
    piece === 0 ? inlineBytes.key(id) : inlineBytes.key(id, piece),
  )
}
