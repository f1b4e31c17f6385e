import type { ByteRange } from '../../../blobs/blob-store.ts'
import { StorageFault } from '../../../base/storage-fault.ts'
import type { Content } from '../../../metadata/tables/rows.ts'
import { blobReferences, garbage, partLists } from '../../../metadata/tables/tables.ts'
import type { S3Service } from '../service/service.ts'
import type { Cancellable } from './cancellable.ts'
import { readInline } from './inline-bytes.ts'
import { openInline, type Readable, readContent } from './read-content.ts'
import type { Stores } from './stores.ts'

/**
 * Opens bytes of an object for a reader that may take its time: they stay until it is done, whatever becomes of the
 * object. `undefined` when the object let go of them before they could be held; then look it up anew.
 */
export async function openContent(
  service: S3Service,
  readable: Readable,
  range: ByteRange,
  reader: Cancellable,
): Promise<Uint8Array | AsyncIterable<Uint8Array> | undefined> {
  const { content } = readable
  if (content.kind === 'empty' || range.start >= range.end) return new Uint8Array()
  const { stores } = service
  if (content.kind === 'inline') {
    const bytes = await readInline(stores.metadata, content)
    return bytes && (await openInline({ ...readable, content }, bytes)).subarray(range.start, range.end)
  }
  if (!(await pinNamed(service, content, content.kind === 'parts'))) return undefined
  try {
    return await primed(pinned(service, content.id, readContent(stores, readable, range, reader.signal)))
  } catch (error) {
    // Another process, which sees no pins of ours, may have freed it just now.
    const isGone = error instanceof StorageFault && error.kind === 'corrupt'
    if (isGone && !(await isStillNamed(stores, content))) return undefined
    throw error
  }
}

/**
 * Pins content, and says whether it is still named: only what is, after it was pinned, is safe from the garbage worker. Where it
 * is not, it is pinned no more. `isInParts`: it is opened several times, one after the other.
 */
export async function pinNamed(
  { pins, stores }: S3Service,
  content: Exclude<Content, { kind: 'empty' | 'inline' }>,
  isInParts: boolean,
): Promise<boolean> {
  pins.pin(content.id, isInParts || stores.blobs.removalEndsReads === true)
  const look = async (): Promise<boolean> => {
    // Others look for the announcement of a file alone, and wait for none.
    if (isInParts && content.kind === 'blob') await pins.tellOthers(content.id)
    return isStillNamed(stores, content)
  }
  const isNamed = await look().catch((error: unknown) => {
    pins.unpin(content.id)
    throw error
  })
  if (!isNamed) pins.unpin(content.id)
  return isNamed
}

/**
 * Does something with bytes that were opened, and lets go of them whatever comes of it: where storing them fails before
 * the first is asked for, nobody else would.
 */
export async function whileOpen<T>(bytes: AsyncIterable<Uint8Array>, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } finally {
    await bytes[Symbol.asyncIterator]().return?.()
  }
}

/**
 * Throws `StorageFault('corrupt')` where an object still names the content that could not be held just before: nobody
 * replaced it, its bytes are gone.
 */
export function assertReplaced(lost: Content | undefined, now: Content): void {
  if (!lost || lost.kind === 'empty' || now.kind === 'empty' || lost.id !== now.id) return
  throw new StorageFault('corrupt', `the bytes of content ${now.id} are missing`)
}

async function isStillNamed({ metadata }: Stores, content: Exclude<Content, { kind: 'empty' | 'inline' }>) {
  if (content.kind === 'blob') return (await metadata.get(blobReferences.key(content.id))) !== undefined
  const [letGo, list] = await metadata.getMany([garbage.key(content.id), partLists.key(content.id, 0)])
  return letGo === undefined && list !== undefined
}

async function* pinned(
  { pins }: S3Service,
  contentId: string,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes
  } finally {
    pins.unpin(contentId)
  }
}

/**
 * Reads the first chunk at once, so that missing bytes become an error answer and not a broken one, and so that ending
 * the iteration early always frees what was opened.
 */
async function primed(bytes: AsyncGenerator<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  let first: IteratorResult<Uint8Array> | undefined = await bytes.next()
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        const result = first ?? (await bytes.next())
        first = undefined
        return result
      },
      return: () => bytes.return(undefined),
    }),
  }
}
