import type { ByteRange } from '../../../blobs/blob-store.ts'
import type { S3Service } from '../service/service.ts'
import type { Cancellable } from './cancellable.ts'
import { openContent, pinNamed } from './open-content.ts'
import { type Readable, readContent } from './read-content.ts'

/** Bytes that stay, whatever becomes of the object, until they are let go of. */
export interface HeldContent extends Disposable {
  /** A chunk is valid until the next is asked for. */
  read(range: ByteRange): AsyncIterable<Uint8Array>
}

/**
 * Holds the bytes of an object for a reader that reads here and there, and takes its time. `undefined` when the object let go of
 * them before they could be held; then look it up anew.
 */
export async function holdContent(
  service: S3Service,
  readable: Readable,
  reader: Cancellable,
): Promise<HeldContent | undefined> {
  const { content, sizeBytes } = readable
  if (content.kind === 'empty' || content.kind === 'inline') {
    const bytes = await openContent(service, readable, { start: 0, end: sizeBytes }, reader)
    return bytes instanceof Uint8Array ? heldBytes(bytes) : undefined
  }
  // Each range is opened when it is read: other processes are told of it as of content in parts.
  if (!(await pinNamed(service, content, true))) return undefined
  return {
    read: (range) => readContent(service.stores, readable, range, reader.signal),
    [Symbol.dispose]: () => service.pins.unpin(content.id),
  }
}

function heldBytes(bytes: Uint8Array): HeldContent {
  return {
    async *read({ start, end }) {
      if (start < end) yield bytes.subarray(start, end)
    },
    [Symbol.dispose]: () => undefined,
  }
}
