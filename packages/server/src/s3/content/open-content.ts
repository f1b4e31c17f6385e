import type { ByteRange } from '../../blobs/blob-store.ts'
import type { BucketRow, ObjectRow } from '../../metadata/tables/rows.ts'
import { current, inlineBytes } from '../../metadata/tables/tables.ts'
import { readRow } from '../../metadata/transaction.ts'
import type { S3Service } from '../operation.ts'
import { readContent } from './read-content.ts'

/**
 * Opens bytes of an object for a reader that may take its time: they stay until it is done, whatever becomes of the
 * object. `undefined` when the object was replaced before they could be held; then look it up anew.
 */
export async function openContent(
  service: S3Service,
  bucket: BucketRow,
  key: string,
  row: ObjectRow,
  range: ByteRange,
  signal: AbortSignal,
): Promise<Uint8Array | AsyncIterable<Uint8Array> | undefined> {
  const { content } = row
  if (content.kind === 'empty' || range.start >= range.end) return new Uint8Array()
  if (content.kind === 'inline') {
    const bytes = await readRow(service.stores.metadata, inlineBytes, content.id)
    if (bytes) return bytes.subarray(range.start, range.end)
  }
  const { pins, stores } = service
  pins.pin(content.id)
  // Only what is still named after it was pinned is safe from the garbage worker.
  const now = await readRow(stores.metadata, current, bucket.id, key).catch((error: unknown) => {
    pins.unpin(content.id)
    throw error
  })
  if (now && now.content.kind !== 'empty' && now.content.id === content.id) {
    return primed(pinned(service, content.id, readContent(stores, content, range, signal)))
  }
  pins.unpin(content.id)
  return undefined
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
