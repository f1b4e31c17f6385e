import { assert } from '../base/assert.ts'
import { StorageFault } from '../base/storage-fault.ts'
import {
  decodeTuple,
  encodeTuple,
  prefixRange,
  stringPrefixRange,
  type TuplePart,
  type TupleRange,
} from './tuple.ts'

/** The format of a row's value; the first byte of each (docs/format.md). */
const JSON_ROW = 1

/** A named part of the store: tuple keys to rows. Rows are plain JSON data, changed only by replacing them. */
export interface Table<Key extends readonly TuplePart[], Row> {
  readonly name: string
  key(...parts: Key): Buffer
  /** The key's parts, as they were given to `key`. */
  parts(key: Uint8Array): Key
  /** The range of all keys that begin with these parts. */
  range(...parts: readonly TuplePart[]): TupleRange
  /** The range of all keys that begin with these parts and go on with a string that begins with `prefix`. */
  stringRange(parts: readonly TuplePart[], prefix: string): TupleRange
  encode(row: Row): Buffer
  /** Throws `StorageFault('corrupt')` for bytes that are not a row. */
  decode(value: Uint8Array): Row
}

const tags = new Map<number, string>()

function claimTag(tag: number, name: string): void {
  assert(!tags.has(tag), `table tag ${tag} is taken by ${tags.get(tag)}`)
  tags.set(tag, name)
}

interface RowCodec<Row> {
  encode(row: Row): Buffer
  decode(value: Uint8Array, name: string): Row
}

/** A table of JSON rows. `tag` is its place on disk and never changes its meaning. */
export function defineTable<Key extends readonly TuplePart[], Row>(
  tag: number,
  name: string,
): Table<Key, Row> {
  return define<Key, Row>(tag, name, {
    encode: encodeJsonRow,
    decode: (value, name) => decodeJsonRow(value, name) as Row,
  })
}

/** A table whose values are the bytes themselves. */
export function defineBytesTable<Key extends readonly TuplePart[]>(
  tag: number,
  name: string,
): Table<Key, Uint8Array> {
  return define<Key, Uint8Array>(tag, name, { encode: (row) => viewOf(row), decode: (value) => value })
}

function define<Key extends readonly TuplePart[], Row>(
  tag: number,
  name: string,
  codec: RowCodec<Row>,
): Table<Key, Row> {
  claimTag(tag, name)
  return {
    name,
    key: (...parts) => encodeTuple([tag, ...parts]),
    parts: (key) => decodeTuple(key).slice(1) as unknown as Key,
    range: (...parts) => prefixRange([tag, ...parts]),
    stringRange: (parts, prefix) => stringPrefixRange([tag, ...parts], prefix),
    encode: (row) => codec.encode(row),
    decode: (value) => codec.decode(value, name),
  }
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function encodeJsonRow(row: unknown): Buffer {
  return Buffer.from(`\u0001${JSON.stringify(row)}`, 'utf8')
}

function decodeJsonRow(value: Uint8Array, name: string): unknown {
  if (value[0] !== JSON_ROW)
    throw new StorageFault('corrupt', `a row of ${name} has the unknown format ${value[0]}`)
  try {
    return JSON.parse(viewOf(value).toString('utf8', 1))
  } catch (cause) {
    throw new StorageFault('corrupt', `a row of ${name} is not readable`, { cause })
  }
}
