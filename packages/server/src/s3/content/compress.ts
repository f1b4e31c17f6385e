import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import type { ByteRange } from '../../blobs/blob-store.ts'
import { StorageFault } from '../../base/storage-fault.ts'

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

/** A range of what was compressed: reads the index, then the frames that the range touches. */
export async function* decompressRange(
  read: ReadSpan,
  range: ByteRange,
  plainBytes: number,
  compressedBytes: number,
): AsyncGenerator<Uint8Array> {
  if (range.start >= range.end) return
  const frames = Math.ceil(plainBytes / FRAME_BYTES)
  const indexStart = compressedBytes - frames * INDEX_ENTRY_BYTES
  const index = await collect(read({ start: indexStart, end: compressedBytes }))
  const first = Math.floor(range.start / FRAME_BYTES)
  const last = Math.floor((range.end - 1) / FRAME_BYTES)
  let offset = 0
  for (let frame = 0; frame <= last; frame++) {
    const size = index.readUInt32BE(frame * INDEX_ENTRY_BYTES)
    if (frame >= first) {
      const plain = await openFrame(await collect(read({ start: offset, end: offset + size })))
      const frameStart = frame * FRAME_BYTES
      const start = Math.max(range.start - frameStart, 0)
      yield plain.subarray(start, Math.min(range.end - frameStart, plain.length))
    }
    offset += size
  }
}

async function openFrame(bytes: Buffer): Promise<Buffer> {
  try {
    return await decompressFrame(bytes)
  } catch (cause) {
    throw new StorageFault('corrupt', 'compressed bytes cannot be read', { cause })
  }
}

/** Chunks are lent: they are copied before the next is asked for. */
async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes) chunks.push(Uint8Array.from(chunk))
  return Buffer.concat(chunks)
}
