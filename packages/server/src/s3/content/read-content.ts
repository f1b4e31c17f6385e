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
  if (!bytes) throw missing(contentId)
  return bytes
}

/** Small parts are read and given on together, so many bytes at a time. */
const GATHERED_BYTES = 512 * 1024

async function* readParts(
  stores: Stores,
  contentId: string,
  range: ByteRange,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const small = new SmallParts(stores)
  for await (const part of partsFrom(stores, contentId, range.start)) {
    if (part.startByte >= range.end) break
    const start = Math.max(range.start - part.startByte, 0)
    const end = Math.min(range.end - part.startByte, part.sizeBytes)
    if (part.content.kind === 'inline') {
      small.add({ contentId: part.content.id, start, end })
      if (small.sizeBytes < GATHERED_BYTES) continue
    }
    if (small.sizeBytes > 0) yield await small.read()
    if (part.content.kind === 'blob') yield* stores.blobs.read(part.content.id, { start, end }, signal)
  }
  if (small.sizeBytes > 0) yield await small.read()
}

interface InlinePiece extends ByteRange {
  readonly contentId: string
}

/** Inline parts that follow each other, read into one buffer over and over. */
class SmallParts {
  readonly #stores: Stores
  #pieces: InlinePiece[] = []
  #buffer = Buffer.alloc(0)
  #sizeBytes = 0

  constructor(stores: Stores) {
    this.#stores = stores
  }

  get sizeBytes(): number {
    return this.#sizeBytes
  }

  add(piece: InlinePiece): void {
    this.#pieces.push(piece)
    this.#sizeBytes += piece.end - piece.start
  }

  /** The bytes of all that was added, valid until the next call; begins anew. */
  async read(): Promise<Uint8Array> {
    const [pieces, sizeBytes] = [this.#pieces, this.#sizeBytes]
    const entries = await this.#stores.metadata.getMany(
      pieces.map(({ contentId }) => inlineBytes.key(contentId)),
    )
    if (this.#buffer.length < sizeBytes) this.#buffer = Buffer.allocUnsafe(sizeBytes)
    let position = 0
    for (const [index, { contentId, start, end }] of pieces.entries()) {
      const entry = entries[index]
      if (!entry) throw missing(contentId)
      this.#buffer.set(inlineBytes.decode(entry.value).subarray(start, end), position)
      position += end - start
    }
    this.#pieces = []
    this.#sizeBytes = 0
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
