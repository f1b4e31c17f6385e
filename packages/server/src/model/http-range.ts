/** Bytes `start` (inclusive) to `end` (exclusive); never empty. */
export interface HttpRange {
  readonly start: number
  readonly end: number
}

const SINGLE_RANGE = /^bytes=(?:(\d+)-(\d*)|-(\d+))$/i

/**
 * The part of an object of `sizeBytes` that a Range header asks for. Undefined is the whole object with 200: no header,
 * one that is malformed (`bytes=5-2` too) or has several ranges, which S3 does not support, and the last bytes of an
 * empty object, which are all it has. `unsatisfiable` begins behind the last byte, or asks for the last zero bytes.
 * Source: S3 API Reference, GetObject, "Range"; RFC 9110, section 14.
 */
export function parseRange(
  header: string | undefined,
  sizeBytes: number,
): HttpRange | 'unsatisfiable' | undefined {
  const match = header === undefined ? null : SINGLE_RANGE.exec(header)
  if (!match) return undefined
  const [, first, last, suffix] = match
  if (suffix !== undefined) return lastBytes(Number(suffix), sizeBytes)
  const start = Number(first)
  const end = last ? Number(last) + 1 : Infinity
  if (end <= start) return undefined
  if (start >= sizeBytes) return 'unsatisfiable'
  return { start, end: Math.min(end, sizeBytes) }
}

function lastBytes(count: number, sizeBytes: number): ReturnType<typeof parseRange> {
  if (count === 0) return 'unsatisfiable'
  return sizeBytes === 0 ? undefined : { start: Math.max(0, sizeBytes - count), end: sizeBytes }
}
