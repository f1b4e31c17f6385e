import { FOLD_DISTANCES, VECTOR_BYTES } from './crc64-code.ts'
import { type DigestCode, FOLD_BYTES, FOLDED, FOLDED_VECTORS, LEFT_BYTES } from './digest-code.ts'
import type { Piece } from './lane-md5.ts'
import type { SharedMemory } from './web-assembly.ts'

/** The CRC64NVME of one stream. */
export interface LaneCrc64 {
  /** What was folded last; of a stream that has just begun zeros, but for what the CRC begins with. */
  readonly left: Uint8Array
  sizeBytes: number
  /** The bytes behind the last that were folded; there are some only at the end. */
  tail: Uint8Array
}

const START_BYTES = 8

export class Crc64Folding {
  readonly #code: DigestCode
  readonly #bytes: Uint8Array

  constructor(code: DigestCode, memory: SharedMemory) {
    this.#code = code
    this.#bytes = new Uint8Array(memory.buffer)
  }

  start(): LaneCrc64 {
    // What lies so far ahead goes into the first vector alone: there the CRC's beginning belongs, all ones.
    const left = new Uint8Array(LEFT_BYTES)
    left.fill(0xff, 0, START_BYTES)
    return { left, sizeBytes: 0, tail: new Uint8Array() }
  }

  /** Takes the next bytes, a multiple of `FOLD_BYTES` but for the last. */
  update(stream: LaneCrc64, { start, sizeBytes }: Piece): void {
    const end = start + sizeBytes
    const foldedEnd = end - (sizeBytes % FOLD_BYTES)
    const folded = this.#bytes.subarray(FOLDED)
    folded.set(stream.left)
    for (let at = start; at < foldedEnd;) {
      const vectors = Math.min(FOLDED_VECTORS, (foldedEnd - at) / VECTOR_BYTES)
      this.#code.foldCrc64(FOLDED, at, vectors)
      folded.copyWithin(0, vectors * VECTOR_BYTES, vectors * VECTOR_BYTES + LEFT_BYTES)
      at += vectors * VECTOR_BYTES
    }
    stream.left.set(folded.subarray(0, LEFT_BYTES))
    stream.tail = this.#bytes.slice(foldedEnd, end)
    stream.sizeBytes += sizeBytes
  }

  digest({ left, tail, sizeBytes }: LaneCrc64): Buffer {
    const crc = new TableCrc64()
    if (sizeBytes < FOLD_BYTES) crc.begin()
    else crc.update(unfolded(left))
    crc.update(tail)
    return crc.digest()
  }
}

/**
 * The message that is left: each result has in it what the others before it among these gave to it, and they are still
 * there themselves.
 */
function unfolded(left: Uint8Array): Uint8Array {
  const words = new Int32Array(left.buffer)
  const rest = Int32Array.from(words)
  for (const distance of FOLD_DISTANCES) {
    const offset = (distance * VECTOR_BYTES) / 4
    for (let at = offset; at < rest.length; at++) rest[at] = (rest[at] ?? 0) ^ (words[at - offset] ?? 0)
  }
  return new Uint8Array(rest.buffer)
}

const POLYNOMIAL_HIGH = 0x9a6c9329
const POLYNOMIAL_LOW = 0xac4bc9b5

/** What a byte does to the remainder: for each the high and the low half. */
const effects = new Int32Array(512)
for (let byte = 0; byte < 256; byte++) {
  let high = 0
  let low = byte
  for (let bit = 0; bit < 8; bit++) {
    const isOdd = (low & 1) === 1
    low = (low >>> 1) | (high << 31)
    high >>>= 1
    if (isOdd) {
      high ^= POLYNOMIAL_HIGH
      low ^= POLYNOMIAL_LOW
    }
  }
  effects[byte * 2] = high
  effects[byte * 2 + 1] = low
}

/** Byte by byte, for the few that are left. */
class TableCrc64 {
  #high = 0
  #low = 0

  begin(): void {
    this.#high = -1
    this.#low = -1
  }

  update(bytes: Uint8Array): void {
    for (const byte of bytes) {
      const index = ((this.#low ^ byte) & 0xff) * 2
      this.#low = ((this.#low >>> 8) | (this.#high << 24)) ^ (effects[index + 1] ?? 0)
      this.#high = (this.#high >>> 8) ^ (effects[index] ?? 0)
    }
  }

  digest(): Buffer {
    const digest = Buffer.alloc(8)
    digest.writeInt32BE(~this.#high)
    digest.writeInt32BE(~this.#low, 4)
    return digest
  }
}
