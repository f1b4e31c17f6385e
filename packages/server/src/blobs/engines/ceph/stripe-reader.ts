import { MemoryShare } from '../../../base/memory-share.ts'
import { StorageFault } from '../../../base/storage-fault.ts'
import type { ByteRange } from '../../blob-store.ts'
import { attempt } from './rados-fault.ts'
import { type BlobHead, partsOf } from './blob-head.ts'
import { isAbsent } from './rados-error.ts'
import type { RadosPool } from './rados-pool.ts'

/** A mebibyte, and some more for the tags of bytes that were sealed in chunks. */
const READ_BYTES = 1032 * 1024
const KEPT_BUFFERS = 16
const kept: Buffer[] = []
const ahead = new MemoryShare({
  mostBytes: 4 * READ_BYTES,
  leastBytes: READ_BYTES,
  totalBytes: 64 * READ_BYTES,
})

function takeBuffer(length: number): Buffer {
  if (length < READ_BYTES) return Buffer.allocUnsafe(length)
  return kept.pop() ?? Buffer.allocUnsafeSlow(READ_BYTES)
}

function giveBack(buffer: Buffer): void {
  if (buffer.length === READ_BYTES && kept.length < KEPT_BUFFERS) kept.push(buffer)
}

interface Reading {
  readonly buffer: Buffer
  readonly chunk: Promise<Buffer>
}

export interface BlobToRead {
  readonly id: string
  readonly head: BlobHead
}

/** The bytes of the range, a few reads ahead of the consumer; a chunk is lent until the next is asked for. */
export async function* readStripes(
  pool: RadosPool,
  blob: BlobToRead,
  range: ByteRange,
  signal: AbortSignal,
  unitBytes: number,
): AsyncGenerator<Uint8Array> {
  const atOnceBytes = READ_BYTES - (unitBytes < READ_BYTES ? READ_BYTES % unitBytes : 0)
  const readings: Reading[] = []
  let position = range.start
  const start = (): void => {
    const end = Math.min(position + atOnceBytes, range.end)
    const buffer = takeBuffer(end - position)
    const chunk = fill(pool, blob, { start: position, end }, buffer)
    // Whoever awaits it gets its error; until then, and if the reader has left, that must not count as unhandled.
    chunk.catch(() => {})
    readings.push({ buffer, chunk })
    position = end
  }
  ahead.enter()
  try {
    for (;;) {
      while (position < range.end && readings.length < ahead.bytes / READ_BYTES) start()
      const [reading] = readings
      if (!reading) return
      const chunk = await reading.chunk
      signal.throwIfAborted()
      yield chunk
      readings.shift()
      giveBack(reading.buffer)
    }
  } finally {
    ahead.leave()
    for (const { buffer, chunk } of readings) {
      // A read under way still writes into its buffer.
      chunk.then(
        () => giveBack(buffer),
        () => giveBack(buffer),
      )
    }
  }
}

async function fill(
  pool: RadosPool,
  { id, head }: BlobToRead,
  range: ByteRange,
  into: Buffer,
): Promise<Buffer> {
  const wanted = into.subarray(0, range.end - range.start)
  let filled = 0
  const reads = partsOf(id, head, range.start, range.end).map(async ({ name, offset, length }) => {
    const part = wanted.subarray(filled, filled + length)
    filled += length
    const { bytesRead } = await pool.read(name, part, offset)
    if (bytesRead < length) throw tooShort()
  })
  // None may still write into the buffer when this has settled.
  await Promise.allSettled(reads)
  try {
    await attempt('read a blob', () => Promise.all(reads))
  } catch (error) {
    throw error instanceof StorageFault && isAbsent(error.cause) ? tooShort(error.cause) : error
  }
  return wanted
}

export function tooShort(cause?: unknown): StorageFault {
  return new StorageFault('corrupt', 'a blob is shorter than it should be', { cause })
}
