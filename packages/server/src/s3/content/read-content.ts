import { StorageFault } from '../../base/storage-fault.ts'
import type { ByteRange } from '../../blobs/blob-store.ts'
import type { Content, ListedPart, SingleContent } from '../../metadata/tables/rows.ts'
import { inlineBytes, partLists } from '../../metadata/tables/tables.ts'
import { readRow } from '../../metadata/transaction.ts'
import type { Stores } from './stores.ts'

/** Streams `range` of some content. A chunk is valid until the next is asked for. */
export async function* readContent(
  stores: Stores,
  content: Content,
  range: ByteRange,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (range.start >= range.end) return
  if (content.kind === 'parts') yield* readParts(stores, content.id, range, signal)
  else yield* readSingle(stores, content, range, signal)
}

async function* readSingle(
  stores: Stores,
  content: SingleContent,
  range: ByteRange,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (content.kind === 'blob') yield* stores.blobs.read(content.id, range, signal)
  if (content.kind === 'inline') yield (await readInline(stores, content.id)).subarray(range.start, range.end)
}

/** The bytes of inline content; `StorageFault('corrupt')` where they are not. */
export async function readInline(stores: Stores, contentId: string): Promise<Uint8Array> {
  const bytes = await readRow(stores.metadata, inlineBytes, contentId)
  if (!bytes) throw new StorageFault('corrupt', `inline content ${contentId} is missing`)
  return bytes
}

async function* readParts(
  stores: Stores,
  contentId: string,
  range: ByteRange,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for await (const part of partsFrom(stores, contentId, range.start)) {
    if (part.startByte >= range.end) return
    const start = Math.max(range.start - part.startByte, 0)
    const end = Math.min(range.end - part.startByte, part.sizeBytes)
    if (start < end) yield* readSingle(stores, part.content, { start, end }, signal)
  }
}

/** The parts of a multipart object in order, from the one that holds `startByte`. One seek finds it. */
export async function* partsFrom(
  stores: Stores,
  contentId: string,
  startByte: number,
): AsyncGenerator<ListedPart> {
  const { start, end } = partLists.range(contentId)
  const upTo = partLists.key(contentId, startByte + 1)
  const [first] = await stores.metadata.scan({ start, end: upTo, limit: 1, reverse: true })
  let from: Uint8Array = first?.key ?? start
  for (;;) {
    const [row, following] = await stores.metadata.scan({ start: from, end, limit: 2 })
    if (!row) return
    const { parts } = partLists.decode(row.value)
    yield* parts.slice(indexOfByte(parts, startByte))
    if (!following) return
    from = following.key
  }
}

/** The index of the part that holds `byte`, or of the first one behind it. */
function indexOfByte(parts: readonly ListedPart[], byte: number): number {
  let low = 0
  let high = parts.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const part = parts[middle]
    if (part && part.startByte + part.sizeBytes <= byte) low = middle + 1
    else high = middle
  }
  return low
}
