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
 * - `write` takes its chunks over for good: the source must never alter one afterwards, so an engine need not copy and
 *   may free their memory.
 *   Ciphers give fresh chunks; what `read` gives is lent.
 *   A source that throws leaves nothing behind and its own error is rethrown as it is; so does an aborted signal,
 *   with the signal's reason, at once, even while the source is silent. The source is told to end but not waited for.
 *   An abort that comes when the bytes are durable already may be too late and is then ignored.
 * - `read` lends its chunks: each is valid only until the next is asked for or the iteration ended (engines reuse
 *   buffers). Ending the iteration early frees everything. A blob that is absent or shorter than the range is
 *   `StorageFault('corrupt')`, thrown before the first chunk where it can be known. A blob removed while it is read
 *   either goes on to its end or ends so. Who works on units of so many bytes had better be lent whole ones at a time,
 *   but may not count on it.
 * - `sizeOf` tells how many bytes a blob has; an absent one is `StorageFault('corrupt')`.
 * - `replace` puts the bytes of a blob that is lost or damaged back under its id, as `write` does; only for bytes that were that
 *   blob's. One that fails leaves what was there, or nothing.
 * - `remove` of an absent blob does nothing. A crash may undo a removal that has just been made.
 * - `list` gives every whole blob that existed all the while it ran, and may clear away what crashed writes left.
 * - Faults of the disk are `StorageFault`; of a place that is not there now, `away`, but `list` leaves it out.
 */
export interface BlobStore extends AsyncDisposable {
  /** `place` is for stores of several places. */
  write(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal, place?: string): Promise<WrittenBlob>
  read(id: BlobId, range: ByteRange, signal: AbortSignal, unitBytes?: number): AsyncIterable<Uint8Array>
  sizeOf(id: BlobId): Promise<number>
  replace(id: BlobId, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void>
  /**
   * As `replace`, but the file with the bytes gets a second name, and none of them is read or written: a file that is never written into
   * again. False where the engine cannot do that: where it is on another file system, say.
   */
  adopt?(id: BlobId, path: string): Promise<boolean>
  remove(id: BlobId): Promise<void>
  list(): AsyncIterable<BlobId>
  readonly quarantine: BlobQuarantine
  /** Whether a blob that is removed ends who is reading it, in this process or another: then nobody may remove it meanwhile. */
  readonly removalEndsReads?: boolean
  /** The names of its places that are not there now; whatever name, where it has but one. */
  awayPlaces(): Promise<string[]>
}

/** Blobs that are kept, but out of the way: `read` and `list` do not find them. */
export interface BlobQuarantine {
  /** Moves a blob there; nothing where it is absent. */
  add(id: BlobId): Promise<void>
  list(): AsyncIterable<QuarantinedBlob>
  /** Moves one back; false where it is not there. */
  restore(id: BlobId): Promise<boolean>
  /** Deletes one for good; nothing where it is not there. */
  remove(id: BlobId): Promise<void>
}

export interface QuarantinedBlob {
  readonly id: BlobId
  readonly sinceMilliseconds: number
}

/** What the ids begin with of blobs that are written about the same time. */
export interface BlobBatch {
  /** Up to 16 lower-case hex digits. */
  readonly prefix: string
  /** Larger than that of every batch before it. */
  readonly number: number
}

export interface WrittenBlob {
  readonly id: BlobId
  readonly sizeBytes: number
}
