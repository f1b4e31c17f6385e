/** A stream of bytes: the web's, Node's, or anything else to loop over. */
export type ByteStream = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>

/** The bytes of a stream in pieces of exactly that size, but for the last, which may be smaller, even empty. */
export async function* piecesOf(
  stream: ByteStream,
  sizeBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let piece = new Uint8Array(sizeBytes)
  let filled = 0
  for await (const chunk of chunksOf(stream)) {
    for (let taken = 0; taken < chunk.byteLength;) {
      if (filled === sizeBytes) {
        yield piece
        piece = new Uint8Array(sizeBytes)
        filled = 0
      }
      const some = chunk.subarray(taken, taken + sizeBytes - filled)
      piece.set(some, filled)
      filled += some.byteLength
      taken += some.byteLength
    }
  }
  yield piece.subarray(0, filled)
}

/** The bytes as they come. Not every browser can loop over a ReadableStream. */
export async function* chunksOf(stream: ByteStream): AsyncGenerator<Uint8Array, void, undefined> {
  if (Symbol.asyncIterator in stream) {
    yield* stream
    return
  }
  const reader = (stream as ReadableStream<Uint8Array>).getReader()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
  } finally {
    await reader.cancel()
  }
}
