/** The bytes of a request as they come, framing and all. Can be read once, in one of the two ways. */
export interface BodySource extends AsyncIterable<Uint8Array> {
  /** All of a body that is small enough to wait in memory until its end; absent where there is no such way. */
  whole?(): Promise<readonly Uint8Array[]>
}

/** The body of an upload, with transfer and aws-chunked framing already taken off. */
export interface RequestBody {
  /**
   * Exactly how many bytes `bytes` yields; fewer or more make it throw `IncompleteBody`. `undefined` for the file of a
   * form, whose size nobody knows before its end.
   */
  readonly sizeBytes: number | undefined
  /**
   * Can be read once. Throws an `S3Error` where a length, a chunk signature or the payload hash does not hold. A chunk
   * is valid until the next is asked for.
   */
  readonly bytes: AsyncIterable<Uint8Array>
  /** The same at once and with the same errors, for a small body: a fraction of the work. Absent where there is no such way. */
  readonly whole?: (() => Promise<Uint8Array>) | undefined
  /** The SHA-256 that the client declared; `bytes` throws unless it holds, so nobody needs to compute it again. */
  readonly sha256?: Uint8Array
  /** Trailing headers, lower-case names; complete once `bytes` has ended. */
  readonly trailers: Readonly<Record<string, string>>
  /** The checksum algorithm names that `x-amz-trailer` announces, lower-case header names; known before the bytes. */
  readonly announcedTrailers: readonly string[]
}

/** The body of an upload that has nothing besides its bytes, as it comes from elsewhere than a request. */
export function bodyOf(
  content: Uint8Array | AsyncIterable<Uint8Array>,
  sizeBytes: number | undefined,
): RequestBody {
  const bytes = content instanceof Uint8Array ? once(content) : content
  return { sizeBytes, bytes, trailers: {}, announcedTrailers: [] }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes
}

/** The body of an answer: whole, or streamed as it is read. */
export type ResponseBody = string | Uint8Array | AsyncIterable<Uint8Array>
