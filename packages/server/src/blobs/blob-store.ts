/** Opaque name of a blob, made by the engine: short, URL-safe, sorts in no particular order. */
export type BlobId = string

/** Bytes `start` (inclusive) to `end` (exclusive). */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/**
 * Immutable, nameless bytes: a blob is whole or absent, and durable when `write` resolves.
 *
 * - `write` consumes each chunk before it asks for the next, so the source may reuse its buffers. A source that
 *   throws, or an aborted signal, leaves nothing behind, and the source's own error is rethrown as it is.
 * - `read` yields chunks that are valid only until the next is asked for (engines reuse buffers). Ending the
 *   iteration early frees everything. A blob that is absent or shorter than the range is `StorageFault('corrupt')`.
 * - `remove` of an absent blob does nothing.
 * - `list` gives every whole blob that existed all the while it ran.
 * - Faults of the disk are `StorageFault`.
 */
export interface BlobStore extends AsyncDisposable {
  write(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<WrittenBlob>
  read(id: BlobId, range: ByteRange, signal: AbortSignal): AsyncIterable<Uint8Array>
  remove(id: BlobId): Promise<void>
  list(): AsyncIterable<BlobId>
}

export interface WrittenBlob {
  readonly id: BlobId
  readonly sizeBytes: number
}
