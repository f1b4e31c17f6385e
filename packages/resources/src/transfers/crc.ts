import { nativeCrc32 } from './platform.ts'
import type { Digest } from './digest.ts'

/** CRC-32 as in zip, CRC-32C (Castagnoli) and CRC-64/NVME: their reversed polynomials, high and low half. */
const POLYNOMIALS = {
  CRC32: [0, 0xedb88320],
  CRC32C: [0, 0x82f63b78],
  CRC64NVME: [0x9a6c9329, 0xac4bc9b5],
} as const

export type CrcName = keyof typeof POLYNOMIALS

/** A CRC of the name. CRC-32 uses the machine's where there is one. */
export function newCrc(name: CrcName): Digest {
  return name === 'CRC32' && nativeCrc32 ? new NativeCrc32(nativeCrc32) : new Crc(name)
}

class NativeCrc32 implements Digest {
  readonly #crc32: (bytes: Uint8Array, seed: number) => number
  #value = 0

  constructor(crc32: (bytes: Uint8Array, seed: number) => number) {
    this.#crc32 = crc32
  }

  update(bytes: Uint8Array): void {
    this.#value = this.#crc32(bytes, this.#value)
  }

  async digest(): Promise<Uint8Array> {
    return bigEndian([this.#value])
  }
}

/** Eight bytes a step, from tables. A 32-bit CRC is one of 64 bits whose high half stays zero. */
export class Crc implements Digest {
  readonly #wide: boolean
  readonly #tables: CrcTables
  #high: number
  #low = -1

  constructor(name: CrcName) {
    this.#wide = name === 'CRC64NVME'
    this.#high = this.#wide ? -1 : 0
    this.#tables = tablesOf(name)
  }

  update(bytes: Uint8Array): void {
    const { high: H, low: L } = this.#tables
    let high = this.#high
    let low = this.#low
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    let at = 0
    for (; at + 8 <= bytes.length; at += 8) {
      const a = low ^ view.getInt32(at, true)
      const b = high ^ view.getInt32(at + 4, true)
      const a0 = 1792 + (a & 255)
      const a1 = 1536 + ((a >>> 8) & 255)
      const a2 = 1280 + ((a >>> 16) & 255)
      const a3 = 1024 + (a >>> 24)
      const b0 = 768 + (b & 255)
      const b1 = 512 + ((b >>> 8) & 255)
      const b2 = 256 + ((b >>> 16) & 255)
      const b3 = b >>> 24
      low =
        at8(L, a0) ^ at8(L, a1) ^ at8(L, a2) ^ at8(L, a3) ^ at8(L, b0) ^ at8(L, b1) ^ at8(L, b2) ^ at8(L, b3)
      high =
        at8(H, a0) ^ at8(H, a1) ^ at8(H, a2) ^ at8(H, a3) ^ at8(H, b0) ^ at8(H, b1) ^ at8(H, b2) ^ at8(H, b3)
    }
    for (; at < bytes.length; at++) {
      const index = (low ^ at8(bytes, at)) & 255
      low = ((low >>> 8) | (high << 24)) ^ at8(L, index)
      high = (high >>> 8) ^ at8(H, index)
    }
    this.#high = high
    this.#low = low
  }

  async digest(): Promise<Uint8Array> {
    return bigEndian(this.#wide ? [~this.#high, ~this.#low] : [~this.#low])
  }
}

interface CrcTables {
  readonly high: Int32Array
  readonly low: Int32Array
}

const tables = new Map<CrcName, CrcTables>()

/** Eight tables of 256, one after the other: what a byte becomes when so many more follow it. */
function tablesOf(name: CrcName): CrcTables {
  const known = tables.get(name)
  if (known) return known
  const [polynomialHigh, polynomialLow] = POLYNOMIALS[name]
  const high = new Int32Array(2048)
  const low = new Int32Array(2048)
  for (let index = 0; index < 2048; index++) {
    // The first table shifts a byte out bit by bit; the others go on from the table before.
    let h = index < 256 ? 0 : at8(high, index - 256)
    let l = index < 256 ? index : at8(low, index - 256)
    for (let bit = 0; bit < 8; bit++) {
      const carry = l & 1
      l = (l >>> 1) | (h << 31)
      h >>>= 1
      if (carry) {
        l ^= polynomialLow
        h ^= polynomialHigh
      }
    }
    high[index] = h
    low[index] = l
  }
  const made = { high, low }
  tables.set(name, made)
  return made
}

function at8(numbers: Int32Array | Uint8Array, index: number): number {
  return numbers[index] as number
}

function bigEndian(words: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * words.length))
  words.forEach((word, index) => view.setInt32(4 * index, word))
  return new Uint8Array(view.buffer)
}
