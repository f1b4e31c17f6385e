import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import type { ByteRange } from '../../../blobs/blob-store.ts'
import { collectBytes } from '../../../base/collect-bytes.ts'
import { StorageFault } from '../../../base/storage-fault.ts'

const compressFrame = promisify(zstdCompress)
const decompressFrame = promisify(zstdDecompress)

/*
 * Compressed bytes are zstd frames of 1 MiB of plaintext each (less in the last), then the size of each frame in 4 bytes,
 * big-endian. docs/format.md, "Compressed bytes".
 */
export const FRAME_BYTES = 1024 * 1024
const INDEX_ENTRY_BYTES = 4

/** Compresses a stream; `done` is told how long the result is. */
export async function* compressed(
  bytes: AsyncIterable<Uint8Array>,
  done: (sizeBytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const sizes: number[] = []
  for await (const plain of framesOf(bytes)) {
    const frame = await compressFrame(plain)
    sizes.push(frame.length)
    yield frame
  }
  const index = Buffer.alloc(sizes.length * INDEX_ENTRY_BYTES)
  for (const [at, size] of sizes.entries()) index.writeUInt32BE(size, at * INDEX_ENTRY_BYTES)
  yield index
  done(sizes.reduce((sum, size) => sum + size, index.length))
}

async function* framesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let frame = Buffer.allocUnsafe(FRAME_BYTES)
  let filled = 0
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length;) {
      const taken = Math.min(chunk.length - at, FRAME_BYTES - filled)
      frame.set(chunk.subarray(at, at + taken), filled)
      at += taken
      filled += taken
      if (filled < FRAME_BYTES) continue
      yield frame
      frame = Buffer.allocUnsafe(FRAME_BYTES)
      filled = 0
    }
  }
  if (filled > 0) yield frame.subarray(0, filled)
}

export type ReadSpan = (span: ByteRange) => AsyncIterable<Uint8Array>

/**
 * A range of what was compressed: reads the index, then in one go the frames that the range touches. What was begun to be
 * read stays readable when another process deletes it meanwhile; what would be opened later does not.
 */
export async function* decompressRange(
  read: ReadSpan,
  range: ByteRange,
  plainBytes: number,
  compressedBytes: number,
): AsyncGenerator<Uint8Array> {
  if (range.start >= range.end) return
  const frames = Math.ceil(plainBytes / FRAME_BYTES)
  const indexStart = compressedBytes - frames * INDEX_ENTRY_BYTES
  const index = await collectBytes(read({ start: indexStart, end: compressedBytes }))
  const sizes = Array.from({ length: frames }, (_, at) => index.readUInt32BE(at * INDEX_ENTRY_BYTES))
  const first = Math.floor(range.start / FRAME_BYTES)
  const wanted = sizes.slice(first, Math.floor((range.end - 1) / FRAME_BYTES) + 1)
  const start = sum(sizes.slice(0, first))
  let frameStart = first * FRAME_BYTES
  for await (const frame of cut(read({ start, end: start + sum(wanted) }), wanted)) {
    const plain = await openFrame(frame)
    yield plain.subarray(
      Math.max(range.start - frameStart, 0),
      Math.min(range.end - frameStart, plain.length),
    )
    frameStart += FRAME_BYTES
  }
}

/** A stream as pieces of given sizes. Chunks are lent: they are copied before the next is asked for. */
async function* cut(bytes: AsyncIterable<Uint8Array>, sizes: readonly number[]): AsyncGenerator<Buffer> {
  // No frame is much longer than what was compressed, and none is empty.
  if (sizes.some((size) => size === 0 || size > 2 * FRAME_BYTES)) throw corrupt()
  let index = 0
  let piece = Buffer.alloc(0)
  let filled = 0
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length;) {
      if (filled === 0) piece = Buffer.allocUnsafe(sizes[index++] ?? chunk.length)
      const taken = Math.min(chunk.length - at, piece.length - filled)
      piece.set(chunk.subarray(at, at + taken), filled)
      filled += taken
      at += taken
      if (filled < piece.length) continue
      yield piece
      filled = 0
    }
  }
  if (filled > 0 || index < sizes.length) throw corrupt()
}

function corrupt(cause?: unknown): StorageFault {
  return new StorageFault('corrupt', 'compressed bytes cannot be read', { cause })
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0)
}

async function openFrame(bytes: Buffer): Promise<Buffer> {
  try {
    return await decompressFrame(bytes)
  } catch (cause) {
    throw corrupt(cause)
  }
}
