import type { DiskFile } from '../../base/disk.ts'
import { StorageFault } from '../../base/storage-fault.ts'
import type { ByteRange } from '../blob-store.ts'
import { attempt } from './attempt.ts'

type ReadFile = Pick<DiskFile, 'read' | 'size'>

/** Half a mebibyte, and some more for the tags of bytes that were sealed in chunks. */
const BUFFER_BYTES = 516 * 1024
const KEPT_BUFFERS = 32
const kept: Buffer[] = []

/** A buffer for `length` bytes. Large ones are used again: fresh memory costs more than reading into it. */
function takeBuffer(length: number): Buffer {
  if (length < BUFFER_BYTES) return Buffer.allocUnsafe(length)
  return kept.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES)
}

function giveBack(buffer: Buffer): void {
  if (buffer.length === BUFFER_BYTES && kept.length < KEPT_BUFFERS) kept.push(buffer)
}

/**
 * The bytes of the range, the next buffer being read while the consumer uses the last, whole units at a time where they are
 * not larger than a buffer; a chunk is lent until the next is asked for. A file shorter than the range is `StorageFault('corrupt')`, thrown before the first chunk.
 */
export async function* readAhead(
  file: ReadFile,
  range: ByteRange,
  signal: AbortSignal,
  unitBytes: number,
): AsyncGenerator<Uint8Array> {
  const length = range.end - range.start
  const atOnceBytes = BUFFER_BYTES - (unitBytes < BUFFER_BYTES ? BUFFER_BYTES % unitBytes : 0)
  const startFill = (buffer: Buffer, start: number): Promise<Buffer> =>
    started(fill(file, buffer.subarray(0, atOnceBytes), { start, end: range.end }))
  let current = takeBuffer(length)
  let other = takeBuffer(Math.max(0, length - atOnceBytes))
  let reading = startFill(current, range.start)
  try {
    // Where one buffer holds it all, filling that tells as much.
    if (length === 0 || length > atOnceBytes) await checkSize(file, range.end)
    for (let position = range.start; position < range.end;) {
      const chunk = await reading
      signal.throwIfAborted()
      position += chunk.length
      ;[current, other] = [other, current]
      if (position < range.end) reading = startFill(current, position)
      yield chunk
    }
  } finally {
    // A read under way still writes into its buffer.
    await reading.catch(() => {})
    giveBack(current)
    giveBack(other)
  }
}

async function checkSize(file: ReadFile, leastBytes: number): Promise<void> {
  const sizeBytes = await attempt('measure a blob', () => file.size())
  if (sizeBytes < leastBytes) throw tooShort()
}

/** Whoever awaits it gets its error; until then, and if the reader has left, that must not count as unhandled. */
function started(filling: Promise<Buffer>): Promise<Buffer> {
  filling.catch(() => {})
  return filling
}

/** Reads from the range's start as much as the buffer and the range hold. */
async function fill(file: ReadFile, buffer: Buffer, range: ByteRange): Promise<Buffer> {
  const wanted = buffer.subarray(0, range.end - range.start)
  for (let filled = 0; filled < wanted.length;) {
    const count = await attempt('read a blob', () => file.read(wanted.subarray(filled), range.start + filled))
    if (count === 0) throw tooShort()
    filled += count
  }
  return wanted
}

function tooShort(): StorageFault {
  return new StorageFault('corrupt', 'a blob is shorter than it should be')
}
