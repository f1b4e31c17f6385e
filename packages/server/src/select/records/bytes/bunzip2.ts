import { S3Error } from '../../../model/s3-error.ts'
import { Bits, OUT_OF_BITS } from './bits.ts'
import { inBlocks } from './blocks.ts'
import { type Bzip2Block, readBlock } from './bzip2-block.ts'

const MAGIC = 0x42_5a_68
const BLOCK_MAGIC = [0x31_41_59, 0x26_53_59] as const
const END_MAGIC = [0x17_72_45, 0x38_50_90] as const
/** The size of a block is so much for each level from 1 to 9. */
const LEVEL_BYTES = 100_000
/** Compressed blocks are seldom longer: a block that is all there is not tried twice. */
const READ_AHEAD_BYTES = 1024 * 1024
const PIECE_BYTES = 64 * 1024

/** One of a stream's blocks, or its end. */
type Section =
  | { readonly kind: 'block'; readonly block: Bzip2Block }
  | { readonly kind: 'end'; readonly checksum: number }

/**
 * What one or more streams of bzip2 hold, one after another; anything else behind a stream's end is passed over, as
 * bzip2 itself does. A block is at most 900 KB, and its bytes come in pieces: a bomb takes no memory.
 */
export async function* bunzip2(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const sections = new Sections(inBlocks(chunks)[Symbol.asyncIterator]())
  try {
    let isFirst = true
    while (await sections.beginsWithMagic()) {
      isFirst = false
      yield* streamOf(sections)
    }
    if (isFirst) throw new S3Error('InvalidCompressionFormat')
  } finally {
    await sections.close()
  }
}

async function* streamOf(sections: Sections): AsyncGenerator<Uint8Array> {
  const level = await sections.next(readLevel)
  let combined = 0
  for (;;) {
    const section = await sections.next((bits) => readSection(bits, level * LEVEL_BYTES))
    if (section.kind === 'end') {
      if (section.checksum !== combined) throw truncated('bzip2: the stream has another checksum')
      return
    }
    const checksum = new Checksum()
    for (const piece of bytesOf(section.block)) {
      checksum.add(piece)
      yield piece
    }
    if (checksum.value !== section.block.checksum) throw truncated('bzip2: a block has another checksum')
    combined = (((combined << 1) | (combined >>> 31)) ^ checksum.value) >>> 0
  }
}

function readLevel(bits: Bits): number {
  bits.read(24)
  return bits.read(8) - 0x30
}

function readSection(bits: Bits, mostBytes: number): Section {
  const high = bits.read(24)
  const low = bits.read(24)
  if (high === BLOCK_MAGIC[0] && low === BLOCK_MAGIC[1])
    return { kind: 'block', block: readBlock(bits, mostBytes) }
  if (high === END_MAGIC[0] && low === END_MAGIC[1]) return { kind: 'end', checksum: bits.read32() }
  throw new Error('bzip2: neither a block nor the end')
}

/** Reads sections of what comes in blocks: one that is not whole yet is read again when there is more. */
class Sections {
  readonly #bits = new Bits()
  readonly #blocks: AsyncIterator<Uint8Array>
  #isDone = false

  constructor(blocks: AsyncIterator<Uint8Array>) {
    this.#blocks = blocks
  }

  async beginsWithMagic(): Promise<boolean> {
    this.#bits.skipToByte()
    await this.#readAhead(4)
    if (this.#bits.bytesAhead < 4) return false
    const mark = this.#bits.mark()
    const isMagic = this.#bits.read(24) === MAGIC
    const level = this.#bits.read(8) - 0x30
    this.#bits.goBack(mark)
    return isMagic && level >= 1 && level <= 9
  }

  async next<T>(read: (bits: Bits) => T): Promise<T> {
    await this.#readAhead(READ_AHEAD_BYTES)
    for (;;) {
      const mark = this.#bits.mark()
      try {
        return read(this.#bits)
      } catch (error) {
        if (error !== OUT_OF_BITS || this.#isDone) throw truncated(error)
      }
      this.#bits.goBack(mark)
      await this.#readAhead(2 * this.#bits.bytesAhead)
    }
  }

  async close(): Promise<void> {
    await this.#blocks.return?.()
  }

  async #readAhead(bytes: number): Promise<void> {
    while (!this.#isDone && this.#bits.bytesAhead < bytes) {
      const next = await this.#blocks.next()
      if (next.done === true) this.#isDone = true
      else this.#bits.append(next.value)
    }
  }
}

function truncated(cause: unknown): S3Error {
  return new S3Error('TruncatedInput', {}, { cause })
}

/** The bytes of a block in their order; four of a kind have a fifth byte behind them: how many more there are. */
function* bytesOf({ chain, start }: Bzip2Block): Generator<Uint8Array> {
  let piece = Buffer.allocUnsafe(PIECE_BYTES)
  let filled = 0
  let alike = 0
  let last = -1
  let at = (chain[start] ?? 0) >>> 8
  for (let left = chain.length; left > 0; left--) {
    const link = chain[at] ?? 0
    at = link >>> 8
    const byte = link & 0xff
    const times = alike === 4 ? byte : 1
    if (alike === 4) alike = 0
    else {
      alike = byte === last ? alike + 1 : 1
      last = byte
    }
    if (filled + times > PIECE_BYTES) {
      yield piece.subarray(0, filled)
      piece = Buffer.allocUnsafe(PIECE_BYTES)
      filled = 0
    }
    if (times === 1) piece[filled] = last
    else piece.fill(last, filled, filled + times)
    filled += times
    if (alike === 0) last = -1
  }
  if (filled > 0) yield piece.subarray(0, filled)
}

const checksums = tableOfChecksums()

/** CRC-32 with the highest bit first. */
class Checksum {
  #value = 0xff_ff_ff_ff

  get value(): number {
    return ~this.#value >>> 0
  }

  add(bytes: Uint8Array): void {
    let value = this.#value
    for (const byte of bytes) value = (value << 8) ^ (checksums[(value >>> 24) ^ byte] ?? 0)
    this.#value = value
  }
}

function tableOfChecksums(): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let value = byte << 24
    for (let bit = 0; bit < 8; bit++) value = value < 0 ? (value << 1) ^ 0x04_c1_1d_b7 : value << 1
    return value
  })
}
