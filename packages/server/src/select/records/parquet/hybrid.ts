import { PackedBits, readVarint } from './bit-packed.ts'

/**
 * Runs of one number, and groups of eight packed ones: the Parquet format's "RLE/bit-packing hybrid". Nothing is laid
 * out that was not asked for: a run's length is only a claim.
 */
export function hybrid(bytes: Buffer, width: number): () => number {
  if (width > 32) throw new Error('parquet: numbers of too many bits')
  if (width === 0) return () => 0
  let run: Run = { left: 0, end: 0, next: () => 0 }
  return () => {
    while (run.left === 0) run = runAt(bytes, run.end, width)
    run.left--
    return run.next()
  }
}

/** Of numbers of which some are left. */
interface Run {
  left: number
  /** Where the next one begins. */
  readonly end: number
  readonly next: () => number
}

function runAt(bytes: Buffer, start: number, width: number): Run {
  const head = readVarint(bytes, start)
  const count = Number(head.value >> 1n)
  if ((head.value & 1n) === 1n) {
    const packed = new PackedBits(bytes, head.end)
    return { left: count * 8, end: head.end + count * width, next: () => packed.read(width) }
  }
  const runBytes = Math.ceil(width / 8)
  const value = bytes.readUIntLE(head.end, runBytes)
  return { left: count, end: head.end + runBytes, next: () => value }
}
