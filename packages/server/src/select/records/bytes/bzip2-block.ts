import type { Bits } from './bits.ts'

/** Some bytes as bzip2 compresses them: sorted, and with runs of four or more of a byte shortened. */
export interface Bzip2Block {
  /** For each place in the sorted bytes: in the high bits where the next byte is, in the lowest eight the byte. */
  readonly chain: Uint32Array
  readonly start: number
  readonly checksum: number
}

const SYMBOLS_OF_A_GROUP = 50
const MOST_CODE_BITS = 20
const RUN_A = 0
const RUN_B = 1

/** How a canonical Huffman code is read: by the number of its bits. */
interface HuffmanCode {
  readonly fewestBits: number
  /** The highest code of so many bits, or −1. */
  readonly highest: Int32Array
  /** What is to be taken off a code of so many bits for its place in `symbols`. */
  readonly offset: Int32Array
  readonly symbols: Uint16Array
}

/** What is behind a block's magic number. Throws where it is broken. */
export function readBlock(bits: Bits, mostBytes: number): Bzip2Block {
  const checksum = bits.read32()
  if (bits.read(1) === 1) throw new Error('bzip2: randomised blocks, of versions before 0.9.5, are not read')
  const origin = bits.read(24)
  const values = usedValues(bits)
  const { codes, selectors } = readCodes(bits, values.length + 2)
  const sorted = new Uint32Array(mostBytes)
  const counts = new Int32Array(256)
  const length = readSymbols(bits, codes, selectors, values, sorted, counts)
  if (origin >= length) throw new Error('bzip2: the block begins behind its end')
  return { chain: chained(sorted, length, counts), start: origin, checksum }
}

/** The bytes that occur, as a map of 16 maps. */
function usedValues(bits: Bits): Uint8Array {
  const ranges = bits.read(16)
  const values: number[] = []
  for (let high = 0; high < 16; high++) {
    if ((ranges & (0x80_00 >> high)) === 0) continue
    const range = bits.read(16)
    for (let low = 0; low < 16; low++) if ((range & (0x80_00 >> low)) !== 0) values.push(high * 16 + low)
  }
  if (values.length === 0) throw new Error('bzip2: a block of no bytes')
  return Uint8Array.from(values)
}

function readCodes(
  bits: Bits,
  symbols: number,
): { readonly codes: readonly HuffmanCode[]; readonly selectors: Uint8Array } {
  const groups = bits.read(3)
  const selectors = new Uint8Array(bits.read(15))
  if (groups < 2 || groups > 6 || selectors.length === 0) throw new Error('bzip2: broken selectors')
  const recent = Uint8Array.from({ length: groups }, (_, group) => group)
  for (let at = 0; at < selectors.length; at++) {
    let place = 0
    while (bits.read(1) === 1) if (++place >= groups) throw new Error('bzip2: a selector of no code')
    selectors[at] = moveToFront(recent, place)
  }
  return { codes: Array.from({ length: groups }, () => readCode(bits, symbols)), selectors }
}

function readCode(bits: Bits, symbols: number): HuffmanCode {
  const lengths = new Uint8Array(symbols)
  let length = bits.read(5)
  for (let symbol = 0; symbol < symbols; symbol++) {
    for (;;) {
      if (length < 1 || length > MOST_CODE_BITS) throw new Error('bzip2: a code of a broken length')
      if (bits.read(1) === 0) break
      length += bits.read(1) === 0 ? 1 : -1
    }
    lengths[symbol] = length
  }
  return canonicalCode(lengths)
}

function canonicalCode(lengths: Uint8Array): HuffmanCode {
  const counts = new Int32Array(MOST_CODE_BITS + 1)
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1
  const highest = new Int32Array(MOST_CODE_BITS + 1).fill(-1)
  const offset = new Int32Array(MOST_CODE_BITS + 1)
  const symbols = new Uint16Array(lengths.length)
  let code = 0
  let place = 0
  for (let length = 1; length <= MOST_CODE_BITS; length++) {
    const count = counts[length] ?? 0
    offset[length] = code - place
    for (const [symbol, of] of lengths.entries()) if (of === length) symbols[place++] = symbol
    code += count
    if (count > 0) highest[length] = code - 1
    code <<= 1
  }
  return { fewestBits: counts.findIndex((count) => count > 0), highest, offset, symbols }
}

function readSymbol(bits: Bits, { fewestBits, highest, offset, symbols }: HuffmanCode): number {
  let code = bits.read(fewestBits)
  for (let length = fewestBits; length <= MOST_CODE_BITS; length++) {
    if (code <= (highest[length] ?? -1)) return symbols[code - (offset[length] ?? 0)] ?? -1
    code = (code << 1) | bits.read(1)
  }
  throw new Error('bzip2: a code of no symbol')
}

/** Fills in the sorted bytes and how often each occurs; answers how many there are. */
function readSymbols(
  bits: Bits,
  codes: readonly HuffmanCode[],
  selectors: Uint8Array,
  values: Uint8Array,
  sorted: Uint32Array,
  counts: Int32Array,
): number {
  const recent = Uint8Array.from(values)
  const end = values.length + 1
  let length = 0
  let run = 0
  let weight = 1
  for (const selector of selectors) {
    const code = codes[selector]
    if (code === undefined) break
    for (let left = SYMBOLS_OF_A_GROUP; left > 0; left--) {
      const symbol = readSymbol(bits, code)
      if (symbol === RUN_A || symbol === RUN_B) {
        run += weight * (symbol + 1)
        weight *= 2
        if (run > sorted.length) throw new Error('bzip2: a run beyond the block')
        continue
      }
      if (run > 0) {
        const byte = recent[0] ?? 0
        if (length + run > sorted.length) throw new Error('bzip2: a run beyond the block')
        sorted.fill(byte, length, length + run)
        counts[byte] = (counts[byte] ?? 0) + run
        length += run
        run = 0
        weight = 1
      }
      if (symbol === end) return length
      if (symbol < 0 || symbol > end || length >= sorted.length)
        throw new Error('bzip2: bytes beyond the block')
      const byte = moveToFront(recent, symbol - 1)
      counts[byte] = (counts[byte] ?? 0) + 1
      sorted[length++] = byte
    }
  }
  throw new Error('bzip2: a block without an end')
}

function moveToFront(recent: Uint8Array, place: number): number {
  const value = recent[place] ?? 0
  recent.copyWithin(1, 0, place)
  recent[0] = value
  return value
}

/** The inverse of the Burrows–Wheeler transform, as a chain to be followed. */
function chained(sorted: Uint32Array, length: number, counts: Int32Array): Uint32Array {
  const next = new Int32Array(256)
  for (let byte = 1, sum = 0; byte < 256; byte++) {
    sum += counts[byte - 1] ?? 0
    next[byte] = sum
  }
  const chain = sorted.subarray(0, length)
  for (let at = 0; at < length; at++) {
    const byte = (chain[at] ?? 0) & 0xff
    const place = next[byte] ?? 0
    next[byte] = place + 1
    chain[place] = (chain[place] ?? 0) | (at << 8)
  }
  return chain
}
