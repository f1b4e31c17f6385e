import { StorageFault } from '../../../base/storage-fault.ts'
import type { ByteRange } from '../../../blobs/blob-store.ts'
import type { ReadSealed } from '../../../encryption/decrypt-range.ts'
import { justAfter } from '../../../metadata/just-after.ts'
import type { Content, ListedPart, SingleContent } from '../../../metadata/tables/rows.ts'
import { partLists } from '../../../metadata/tables/tables.ts'
import type { ContentOpener } from '../sealing/content-seal.ts'
import { decompressRange, type ReadSpan } from './compress.ts'
import { type InlineContent, readInline, readManyInline } from './inline-bytes.ts'
import { PARTS_A_TURN, turnOfParts } from './parts-in-turns.ts'
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
    const bytes = await readInline(stores.metadata, content)
    if (!bytes) throw missing(content.id)
    yield (await openInline({ content, sizeBytes, opener }, bytes)).subarray(range.start, range.end)
    return
  }
  const { compressedBytes } = content
  const read = await openBlob(stores, content, compressedBytes ?? sizeBytes, opener, signal)
  if (compressedBytes === undefined) yield* read(range)
  else yield* decompressRange(read, range, sizeBytes, compressedBytes)
}

/** Reads a blob's bytes as they were before they were sealed. */
async function openBlob(
  { blobs }: Stores,
  { id, seal }: Extract<Content, { kind: 'blob' }>,
  sizeBytes: number,
  opener: ContentOpener,
  signal: AbortSignal,
): Promise<ReadSpan> {
  const readKept: ReadSealed = (span, unitBytes) => blobs.read(id, span, signal, unitBytes)
  if (!seal) return (span) => blobs.read(id, span, signal)
  const cipher = await opener.cipherOf(seal)
  return (span) => cipher.decryptRange(readKept, span, sizeBytes)
}

/** The plain bytes of inline content. */
export async function openInline(
  { content, sizeBytes, opener }: Readable & { readonly content: InlineContent },
  bytes: Uint8Array,
): Promise<Uint8Array> {
  return content.seal ? (await opener.cipherOf(content.seal)).openWhole(bytes, sizeBytes) : bytes
}

/** Small parts are read and given on together, so many bytes at a time, or as many parts as have a turn together. */
const GATHERED_BYTES = 512 * 1024

async function* readParts(
  stores: Stores,
  contentId: string,
  opener: ContentOpener,
  range: ByteRange,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const small = new SmallParts(stores, opener)
  for await (const part of partsFrom(stores, contentId, range.start)) {
    if (part.startByte >= range.end) break
    const { content, sizeBytes } = part
    const start = Math.max(range.start - part.startByte, 0)
    const end = Math.min(range.end - part.startByte, sizeBytes)
    if (start >= end) continue
    if (content.kind === 'inline') {
      small.add({ content, sizeBytes, start, end })
      if (small.sizeBytes < GATHERED_BYTES && small.count < PARTS_A_TURN) continue
    }
    if (small.sizeBytes > 0) yield await small.read()
    if (content.kind === 'blob')
      yield* readSingle(stores, { content, sizeBytes, opener }, { start, end }, signal)
  }
  if (small.sizeBytes > 0) yield await small.read()
}

interface SmallPart extends ByteRange {
  readonly content: InlineContent
  readonly sizeBytes: number
}

/** Inline parts that follow each other, read into one buffer over and over. */
class SmallParts {
  readonly #stores: Stores
  readonly #opener: ContentOpener
  #parts: SmallPart[] = []
  #buffer = Buffer.alloc(0)
  #sizeBytes = 0

  constructor(stores: Stores, opener: ContentOpener) {
    this.#stores = stores
    this.#opener = opener
  }

  /** Of the ranges added since the last read. */
  get sizeBytes(): number {
    return this.#sizeBytes
  }

  get count(): number {
    return this.#parts.length
  }

  add(part: SmallPart): void {
    this.#parts.push(part)
    this.#sizeBytes += part.end - part.start
  }

  /** The bytes of all that was added, valid until the next call; begins anew. */
  async read(): Promise<Uint8Array> {
    const [parts, sizeBytes] = [this.#parts, this.#sizeBytes]
    this.#parts = []
    this.#sizeBytes = 0
    // They come from the metadata, which makes nobody wait: whoever reads many lets others in between.
    await turnOfParts(parts.length)
    const contents = parts.map(({ content }) => content)
    const kept = await readManyInline(this.#stores.metadata, contents)
    if (this.#buffer.length < sizeBytes) this.#buffer = Buffer.allocUnsafe(sizeBytes)
    let position = 0
    for (const [index, part] of parts.entries()) {
      const inline = kept[index]
      if (!inline) throw missing(part.content.id)
      const bytes = await openInline({ ...part, opener: this.#opener }, inline)
      this.#buffer.set(bytes.subarray(part.start, part.end), position)
      position += part.end - part.start
    }
    return this.#buffer.subarray(0, sizeBytes)
  }
}

function missing(contentId: string): StorageFault {
  return new StorageFault('corrupt', `inline content ${contentId} is missing`)
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
    const { parts } = partLists.decode(row)
    yield* parts.slice(indexOfByte(parts, startByte))
    const behind = justAfter(row.key)
    ;[row] = await stores.metadata.scan({ start: behind, end, limit: 1 })
  }
}

/** The index of the part that holds `byte`, or of the first one behind it; of a last part of nothing where it begins there. */
function indexOfByte(parts: readonly ListedPart[], byte: number): number {
  let low = 0
  let high = parts.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const part = parts[middle]
    if (part && part.startByte + part.sizeBytes <= byte) low = middle + 1
    else high = middle
  }
  return low === parts.length && parts.at(-1)?.startByte === byte ? low - 1 : low
}
