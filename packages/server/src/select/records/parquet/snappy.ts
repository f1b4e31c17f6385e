const LITERAL = 0
/** Lengths of literals from here on stand in as many bytes behind it, less one. */
const LONGEST_IN_TAG = 60

/**
 * Fills `output` with what Snappy compressed. Source: Snappy's "format description". Throws where the bytes are broken or come to
 * another size; each step takes some of them, so that it ends.
 */
export function uncompressSnappy(input: Buffer, output: Buffer): void {
  let at = 0
  let filled = 0
  const next = (): number => {
    const byte = input[at++]
    if (byte === undefined) throw new Error('snappy: the end is missing')
    return byte
  }
  /** From the lowest byte. */
  const number = (bytes: number): number => {
    let value = 0
    for (let factor = 1, left = bytes; left > 0; left--, factor *= 256) value += next() * factor
    return value
  }
  // The size, which is known.
  while (next() >= 0x80);
  while (at < input.length) {
    const tag = next()
    const kind = tag & 3
    const high = tag >> 2
    const length = kind === 1 ? (high & 7) + 4 : lengthOf(kind, high, number)
    if (filled + length > output.length) throw new Error('snappy: more bytes than were said')
    if (kind === LITERAL) {
      if (at + length > input.length) throw new Error('snappy: the end is missing')
      output.set(input.subarray(at, at + length), filled)
      at += length
    } else {
      const offset = kind === 1 ? ((tag >> 5) << 8) + next() : number(kind === 2 ? 2 : 4)
      if (offset === 0 || offset > filled) throw new Error('snappy: a copy of what is not there')
      copyWithin(output, filled - offset, filled, length)
    }
    filled += length
  }
  if (filled !== output.length) throw new Error('snappy: fewer bytes than were said')
}

function lengthOf(kind: number, high: number, number: (bytes: number) => number): number {
  return kind === LITERAL && high >= LONGEST_IN_TAG ? number(high - LONGEST_IN_TAG + 1) + 1 : high + 1
}

/** What is copied may be what the copy itself writes: a byte again and again, say. */
function copyWithin(bytes: Buffer, from: number, to: number, length: number): void {
  if (from + length <= to) bytes.copyWithin(to, from, from + length)
  else for (let at = 0; at < length; at++) bytes[to + at] = bytes[from + at] ?? 0
}
