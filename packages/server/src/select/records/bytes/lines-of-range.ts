import type { ObjectSource, ScanRange } from '../formats.ts'
import { inBlocks } from './blocks.ts'

/**
 * The bytes of the lines that begin in a range, to the end of the last of them. One begins at the range's start only
 * where a delimiter ends there. Source: S3 User Guide, "Requests using scan ranges".
 */
export async function* linesOfRange(
  source: ObjectSource,
  { start, end }: ScanRange,
  delimiter: Buffer,
): AsyncGenerator<Uint8Array> {
  if (start >= Math.min(end, source.sizeBytes)) return
  let offset = start === 0 ? 0 : await beforeDelimiter(source, start, delimiter)
  const delimiters = new Delimiters(delimiter, offset)
  let isWithin = start === 0
  let held: Buffer = Buffer.alloc(0)
  for await (const block of inBlocks(source.read(offset, source.sizeBytes))) {
    const bytes = Buffer.concat([held, block])
    let from = 0
    if (!isWithin) {
      const first = delimiters.endFrom(start, bytes, offset)
      if (first !== undefined && first >= end) return
      isWithin = first !== undefined
      from = first === undefined ? 0 : first - offset
    }
    const last = isWithin ? delimiters.endFrom(end, bytes, offset) : undefined
    if (last !== undefined) {
      yield bytes.subarray(from, last - offset)
      return
    }
    // A delimiter may lie across two blocks.
    const to = Math.max(from, bytes.length - delimiter.length + 1, 0)
    if (isWithin && to > from) yield bytes.subarray(from, to)
    held = Buffer.from(bytes.subarray(to))
    offset += to
  }
  if (isWithin && held.length > 0) yield held
}

/** Finds delimiters one behind the other. */
class Delimiters {
  readonly #delimiter: Buffer
  readonly #mayOverlap: boolean
  /** The offset that the next delimiter is looked for from. */
  #searched: number

  constructor(delimiter: Buffer, searched: number) {
    this.#delimiter = delimiter
    this.#mayOverlap = mayOverlap(delimiter)
    this.#searched = searched
  }

  /** Where the first delimiter ends that ends at `target` or behind it, if it is in the bytes, which lie at `offset`. */
  endFrom(target: number, bytes: Buffer, offset: number): number | undefined {
    const { length } = this.#delimiter
    for (;;) {
      // One that overlaps another is none: only where there are no such may some be passed over.
      if (!this.#mayOverlap) this.#searched = Math.max(this.#searched, target - length)
      const at = bytes.indexOf(this.#delimiter, Math.max(this.#searched - offset, 0))
      if (at < 0 || this.#searched - offset >= bytes.length) break
      if (offset + at + length >= target) return offset + at + length
      this.#searched = offset + at + length
    }
    this.#searched = Math.max(this.#searched, offset + bytes.length - length + 1)
    return undefined
  }
}

/** Two of one character: in three of them there is one delimiter, and which depends on what is before. */
function mayOverlap(delimiter: Buffer): boolean {
  const half = delimiter.length / 2
  return Number.isInteger(half) && delimiter.subarray(0, half).equals(delimiter.subarray(half))
}

const STEP_BYTES = 64 * 1024

/** An offset before `start` from which looking for delimiters one after another finds those that are some. */
async function beforeDelimiter(source: ObjectSource, start: number, delimiter: Buffer): Promise<number> {
  if (!mayOverlap(delimiter)) return Math.max(0, start - delimiter.length)
  for (let end = start; end > 0; end -= STEP_BYTES) {
    const from = Math.max(0, end - STEP_BYTES)
    for await (const bytes of inBlocks(source.read(from, end), STEP_BYTES)) {
      const other = bytes.findLastIndex((byte) => !delimiter.includes(byte))
      if (other >= 0) return from + other
    }
  }
  return 0
}
