import { StorageFault } from '../../base/storage-fault.ts'
import type { ByteRange } from '../../blobs/blob-store.ts'
import type { Content, ListedPart, SingleContent } from '../../metadata/tables/rows.ts'
import { inlineBytes, partLists } from '../../metadata/tables/tables.ts'
import { readRow } from '../../metadata/transaction.ts'
import type { ContentOpener } from '../sse/content-seal.ts'
import type { Stores } from './stores.ts'

/** What is read: content, its whole size, and what opens it. */
export interface Readable {
  readonly content: Content
  readonly sizeBytes: number
  readonly opener: ContentOpener
}

/** Streams `range` of some content. A chunk is valid until the next is asked for. */
export async function* readContent(
  stores: Stores,
  { content, sizeBytes, opener }: Readable,
  range: ByteRange,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (range.start >= range.end) return
  if (content.kind === 'parts') yield* readParts(stores, content.id, opener, range, signal)
  else yield* readSingle(stores, { content, sizeBytes, opener }, range, signal)
}

async function* readSingle(
  stores: Stores,
  { content, sizeBytes, opener }: Readable & { readonly content: SingleContent },
  range: ByteRange,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (content.kind === 'empty') return
  if (content.kind === 'inline') {
    const bytes = await readInline(stores, content.id)
    yield (await openInline({ content, sizeBytes, opener }, bytes)).subarray(range.start, range.end)
    return
  }
  const { blobs } = stores
  if (!content.seal) yield* blobs.read(content.id, range, signal)
  else {
    const cipher = await opener.cipherOf(content.seal)
    yield* cipher.decryptRange((span) => blobs.read(content.id, span, signal), range, sizeBytes)
  }
}

/** The plain bytes of inline content. */
export async function openInline(
  { content, sizeBytes, opener }: Readable & { readonly content: Extract<Content, { kind: 'inline' }> },
  bytes: Uint8Array,
): Promise<Uint8Array> {
  return content.seal ? (await opener.cipherOf(content.seal)).openWhole(bytes, sizeBytes) : bytes
}

/** The bytes of inline content as they are kept; `StorageFault('corrupt')` where they are not. */
export async function readInline(stores: Stores, contentId: string): Promise<Uint8Array> {
  const bytes = await readRow(stores.metadata, inlineBytes, contentId)
  if (!bytes) throw new StorageFault('corrupt', `inline content ${contentId} is missing`)
  return bytes
}

async function* readParts(
  stores: Stores,
  contentId: string,
  opener: ContentOpener,
  range: ByteRange,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for await (const part of partsFrom(stores, contentId, range.start)) {
    if (part.startByte >= range.end) return
    const start = Math.max(range.start - part.startByte, 0)
    const end = Math.min(range.end - part.startByte, part.sizeBytes)
    if (start >= end) continue
    yield* readSingle(
      stores,
      { content: part.content, sizeBytes: part.sizeBytes, opener },
      { start, end },
      signal,
    )
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
  let [row] = await stores.metadata.scan({ start, end: upTo, limit: 1, reverse: true })
  while (row) {
    const { parts } = partLists.decode(row.value)
    yield* parts.slice(indexOfByte(parts, startByte))
    const behind = Buffer.concat([row.key, Buffer.of(0)])
    ;[row] = await stores.metadata.scan({ start: behind, end, limit: 1 })
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
