import { PackedBits, readVarint } from './bit-packed.ts'

const MAX_BLOCK_VALUES = 1n << 20n
const MAX_WIDTH = 64

/** Differences in blocks, each of miniblocks with a width of their own: the Parquet format's "Delta encoding". */
export class Deltas {
  readonly #bytes: Buffer
  readonly #miniblocks: number
  readonly #miniblockValues: number
  readonly #count: number
  #value: bigint
  #given = 0
  /** Behind what was begun. */
  #end: number
  #smallest = 0n
  #widths: Buffer = Buffer.alloc(0)
  #miniblock: number
  #packed: PackedBits
  #width = 0
  #leftInMiniblock = 0

  constructor(bytes: Buffer, start: number, mostValues: number) {
    const block = readVarint(bytes, start)
    const miniblocks = readVarint(bytes, block.end)
    const count = readVarint(bytes, miniblocks.end)
    const first = readVarint(bytes, count.end)
    this.#bytes = bytes
    this.#miniblocks = Number(miniblocks.value)
    this.#miniblockValues = Number(block.value) / this.#miniblocks
    this.#count = Number(count.value)
    this.#value = unzigzag(first.value)
    this.#end = first.end
    this.#packed = new PackedBits(bytes, this.#end)
    this.#miniblock = this.#miniblocks
    const isSound =
      this.#miniblockValues > 0 && this.#miniblockValues % 8 === 0 && block.value <= MAX_BLOCK_VALUES
    if (!isSound || this.#count > mostValues) throw new Error('parquet: broken deltas')
  }

  next(): bigint {
    if (this.#given >= this.#count) throw new Error('parquet: more values than deltas')
    if (this.#given++ > 0) this.#value = BigInt.asIntN(64, this.#value + this.#difference())
    return this.#value
  }

  /** Behind the last of them: by miniblocks, since the count is only a claim and those of no width take no bytes. */
  skipToEnd(): number {
    // The first is in the head.
    for (let left = this.#count - 1; left > 0; left -= this.#miniblockValues) this.#beginMiniblock()
    return this.#end
  }

  #difference(): bigint {
    if (this.#leftInMiniblock === 0) this.#beginMiniblock()
    this.#leftInMiniblock--
    const low = BigInt(this.#packed.read(Math.min(this.#width, 32)))
    const high = this.#width > 32 ? BigInt(this.#packed.read(this.#width - 32)) : 0n
    return this.#smallest + (low | (high << 32n))
  }

  #beginMiniblock(): void {
    if (this.#miniblock === this.#miniblocks) this.#beginBlock()
    const width = this.#widths[this.#miniblock++]
    if (width === undefined || width > MAX_WIDTH) throw new Error('parquet: deltas of a broken width')
    this.#width = width
    this.#packed = new PackedBits(this.#bytes, this.#end)
    this.#leftInMiniblock = this.#miniblockValues
    this.#end += (this.#miniblockValues / 8) * width
  }

  #beginBlock(): void {
    const smallest = readVarint(this.#bytes, this.#end)
    this.#smallest = unzigzag(smallest.value)
    this.#widths = this.#bytes.subarray(smallest.end, smallest.end + this.#miniblocks)
    this.#end = smallest.end + this.#miniblocks
    this.#miniblock = 0
  }
}

function unzigzag(value: bigint): bigint {
  return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n))
}
