import { ParameterError } from '../check-parameters.ts'

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
    requireBytes(chunk)
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

// A text has no bytes until somebody encodes it, and would be uploaded as nothing.
function requireBytes(chunk: Uint8Array): void {
  if (isBytes(chunk)) return
  throw new ParameterError(`A stream must be of bytes (Uint8Array), and has a ${typeof chunk}`)
}

/** By shape, since another realm has a Uint8Array of its own. */
export function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && 'BYTES_PER_ELEMENT' in value && value.BYTES_PER_ELEMENT === 1
}

export function isStream(value: unknown): value is ByteStream {
  if (typeof value !== 'object' || value === null) return false
  return Symbol.asyncIterator in value || 'getReader' in value
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

/** All chunks of a stream. Node's own streams are listened to: looping over them costs a turn for every chunk. */
export async function collectChunks(stream: ByteStream): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = []
  if (isEmitter(stream)) {
    await new Promise<void>((resolve, reject) => {
      stream.on('data', (chunk) => chunks.push(chunk))
      stream.on('end', resolve)
      stream.on('error', reject)
      stream.on('close', () => reject(new Error('The bytes broke off')))
    })
  } else {
    for await (const chunk of chunksOf(stream)) chunks.push(chunk)
  }
  return chunks
}

/** What is used of Node's `Readable`. */
interface Emitter {
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'end' | 'close', listener: () => void): unknown
}

function isEmitter(stream: ByteStream): stream is ByteStream & Emitter {
  return 'on' in stream && typeof stream.on === 'function'
}
