import { Deltas } from './deltas.ts'
import { hybrid } from './hybrid.ts'
import type { Raw } from './physical.ts'
import { PackedBits } from './bit-packed.ts'
import type { Leaf } from './schema.ts'

/** Numbers of Encoding. Source: the Parquet format, parquet.thrift and "Encodings". */
export const ENCODING = {
  plain: 0,
  plainDictionary: 2,
  rle: 3,
  deltaBinaryPacked: 5,
  deltaLengthByteArray: 6,
  deltaByteArray: 7,
  rleDictionary: 8,
  byteStreamSplit: 9,
} as const

/** The values of a page, of which there are at most `count`, one after another. Throws at its end. */
export function rawValues(bytes: Buffer, encoding: number, leaf: Leaf, count: number): () => Raw {
  switch (encoding) {
    case ENCODING.plain:
      return plain(bytes, leaf)
    case ENCODING.rle: {
      if (leaf.type !== 'BOOLEAN') throw new Error('parquet: runs are of booleans alone')
      const next = hybrid(take(bytes, 4, bytes.readUInt32LE(0)), 1)
      return () => next() === 1
    }
    case ENCODING.deltaBinaryPacked: {
      const deltas = new Deltas(bytes, 0, count)
      if (leaf.type === 'INT64') return () => deltas.next()
      if (leaf.type === 'INT32') return () => int32(deltas.next())
      throw new Error('parquet: deltas are of integers alone')
    }
    case ENCODING.deltaLengthByteArray:
      return withLengths(bytes, 0, count)
    case ENCODING.deltaByteArray:
      return withPrefixes(bytes, count)
    case ENCODING.byteStreamSplit:
      return plain(unsplit(bytes, widthOf(leaf)), leaf)
    default:
      throw new Error(`parquet: encoding ${encoding} is not read`)
  }
}

/** The length of a value, in bytes, where all have one. */
function widthOf({ type, length }: Leaf): number {
  if (type === 'INT32' || type === 'FLOAT') return 4
  if (type === 'INT64' || type === 'DOUBLE') return 8
  if (type === 'FIXED_LEN_BYTE_ARRAY') return length
  throw new Error('parquet: values that cannot be split')
}

function plain(bytes: Buffer, { type, length }: Leaf): () => Raw {
  let at = 0
  const move = (by: number) => {
    at += by
    return at - by
  }
  switch (type) {
    case 'BOOLEAN': {
      const bits = new PackedBits(bytes, 0)
      return () => bits.read(1) === 1
    }
    case 'INT32':
      return () => bytes.readInt32LE(move(4))
    case 'INT64':
      return () => bytes.readBigInt64LE(move(8))
    case 'INT96':
      return () => take(bytes, move(12), 12)
    case 'FLOAT':
      return () => bytes.readFloatLE(move(4))
    case 'DOUBLE':
      return () => bytes.readDoubleLE(move(8))
    case 'FIXED_LEN_BYTE_ARRAY':
      return () => take(bytes, move(length), length)
    case 'BYTE_ARRAY':
      return () => {
        const size = bytes.readUInt32LE(move(4))
        return take(bytes, move(size), size)
      }
  }
}

function take(bytes: Buffer, start: number, length: number): Buffer {
  const taken = bytes.subarray(start, start + length)
  if (taken.length !== length) throw new Error('parquet: a value beyond the page')
  return taken
}

function withLengths(bytes: Buffer, start: number, count: number): () => Buffer {
  const lengths = new Deltas(bytes, start, count)
  let at = new Deltas(bytes, start, count).skipToEnd()
  return () => {
    const length = int32(lengths.next())
    if (length < 0) throw new Error('parquet: a value of a broken length')
    at += length
    return take(bytes, at - length, length)
  }
}

/** Deltas of ints of 32 bits wrap around at those. */
function int32(value: bigint): number {
  return Number(BigInt.asIntN(32, value))
}

/** Each value begins with a part of the one before it. */
function withPrefixes(bytes: Buffer, count: number): () => Buffer {
  const prefixes = new Deltas(bytes, 0, count)
  const suffixes = withLengths(bytes, new Deltas(bytes, 0, count).skipToEnd(), count)
  let last: Buffer = Buffer.alloc(0)
  return () => {
    const prefix = take(last, 0, int32(prefixes.next()))
    last = Buffer.concat([prefix, suffixes()])
    return last
  }
}

/** First the first bytes of all values, then their second ones. */
function unsplit(bytes: Buffer, width: number): Buffer {
  const count = Math.floor(bytes.length / width)
  const joined = Buffer.allocUnsafe(count * width)
  for (let byte = 0; byte < width; byte++) {
    for (let value = 0; value < count; value++)
      joined[value * width + byte] = bytes[byte * count + value] ?? 0
  }
  return joined
}
