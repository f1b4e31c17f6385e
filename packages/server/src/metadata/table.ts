import { bufferOf } from '../base/buffer-of.ts'
import { assert } from '../base/assert.ts'
import type { Entry } from './ordered-store.ts'
import type { Form } from './packed/forms.ts'
import { shortLivedBytes } from '../base/short-lived-bytes.ts'
import { GrowingBytes } from '../base/growing-bytes.ts'
import { HEAD_BYTES, openFrame, sealFrame } from './row-frame.ts'
import {
  assertText,
  decodeText,
  decodeTuple,
  encodeTuple,
  prefixRange,
  stringPrefixRange,
  type TuplePart,
  type TupleRange,
} from './tuple.ts'
import { UnreadableRow } from './unreadable-row.ts'
import { NEWEST_VERSION, type WrittenVersion } from './written-version.ts'

/** How a body is laid out: its first byte in a frame of version 2 (docs/format.md). Version 1 knows JSON alone. */
const BYTES_LAYOUT = 0
const JSON_LAYOUT = 1
const PACKED_LAYOUT = 2
/** JSON of what versions before the layout would misread. */
const MARKED_LAYOUT = 3

/** A row as it lies in the store. */
export type StoredRow = Pick<Entry, 'key' | 'value'>

/** A named part of the store: tuple keys to rows. Rows are plain JSON data, changed only by replacing them. */
export interface Table<Key extends readonly TuplePart[], Row> {
  readonly name: string
  /** Whether a value tells by its frame if it is what was written. */
  readonly isFramed: boolean
  key(...parts: Key): Buffer
  /** The key's parts, as they were given to `key`. Throws `UnreadableRow` for a key that is none. */
  parts(key: Uint8Array): Key
  /** The text that is the part at `start` of a key, where those before it end. Throws `UnreadableRow` where it is none. */
  textAt(key: Uint8Array, start: number): string
  /** Throws as `textAt` does, and makes no text. */
  assertTextAt(key: Uint8Array, start: number): void
  /** The range of all keys that begin with these parts. */
  range(...parts: readonly TuplePart[]): TupleRange
  /** The range of all keys that begin with these parts and go on with a string that begins with `prefix`. */
  stringRange(parts: readonly TuplePart[], prefix: string): TupleRange
  /** The value of a row, for that key alone. */
  encode(key: Uint8Array, row: Row, version: WrittenVersion): Buffer
  /** Throws `UnreadableRow` for bytes that are not a row, or not the row of that key. */
  decode(stored: StoredRow): Row
  /**
   * The value of a row as it is written today; `undefined` where it is written so. Throws `UnreadableRow` as `decode`.
   */
  renew(stored: StoredRow): Buffer | undefined
}

export type AnyTable = Table<readonly TuplePart[], unknown>

/** By tag, those whose files were imported; known-tables.ts has all. */
export const definedTables = new Map<number, AnyTable>()

/** A table that can tell of a row without reading all of it. */
export interface BriefTable<Key extends readonly TuplePart[], Row, Brief> extends Table<Key, Row> {
  /** The same, where a row is read for what listings tell of it. */
  readonly brief: Omit<Table<Key, Brief>, 'encode' | 'renew'>
}

/** What a body holds, whatever it is framed in. */
interface BodyCodec<Row, Body = Buffer | undefined> {
  readonly layout: number
  /** The body behind so many bytes that are left for the head; `undefined` for a row that has no such layout. */
  encode(row: Row, headBytes: number, version: WrittenVersion): Body
  /** Throws what it likes for a body that it never made. */
  decode(frame: Buffer, start: number): Row
}

type RowCodec<Row> = Pick<Table<readonly TuplePart[], Row>, 'isFramed' | 'encode' | 'decode' | 'renew'>

/** A table of JSON rows. `tag` is its place on disk and never changes its meaning. */
export function defineTable<Key extends readonly TuplePart[], Row>(
  tag: number,
  name: string,
): Table<Key, Row> {
  return define(tag, name, framed<Row>(name, jsonBody()))
}

/**
 * A table whose rows are packed in a form of their own. JSON are those that an older version wrote, or that have something
 * which the form has no place for. In version 2 rows are written in `formOf2`, which `form` reads.
 */
export function definePackedTable<Key extends readonly TuplePart[], Row extends Brief, Brief = Row>(
  tag: number,
  name: string,
  form: Form<Row>,
  brief: Form<Brief> = form,
  formOf2 = form,
): BriefTable<Key, Row, Brief> {
  const table = define<Key, Row>(tag, name, framed(name, jsonBody<Row>(), packedBody(form, formOf2)))
  const { decode } = framed<Brief>(name, jsonBody(), packedBody(brief))
  return { ...table, brief: { ...table, decode } }
}

/**
 * A table of JSON rows, some of which (`isMarked`) are of a kind that versions before this layout do not know: these find them
 * unreadable, and leave them as they are. While the store is written as version 1 there is no room for the mark.
 */
export function defineMarkedTable<Key extends readonly TuplePart[], Row>(
  tag: number,
  name: string,
  isMarked: (row: Row) => boolean,
): Table<Key, Row> {
  const json = jsonBody<Row>()
  const marked: BodyCodec<Row> = {
    layout: MARKED_LAYOUT,
    encode: (row, headBytes, version) => (isMarked(row) ? json.encode(row, headBytes, version) : undefined),
    decode: (frame, start) => json.decode(frame, start),
  }
  return define(tag, name, framed(name, json, marked))
}

/** A table of JSON rows that every version of this program can read: they are written as version 1 for ever. */
export function defineUncheckedTable<Key extends readonly TuplePart[], Row>(
  tag: number,
  name: string,
): Table<Key, Row> {
  const { encode, decode } = framed<Row>(name, jsonBody())
  return define(tag, name, {
    isFramed: true,
    encode: (key, row) => encode(key, row, 1),
    decode,
    renew: asItIs,
  })
}

/** A table whose rows are bytes, which version 1 has no frame for. */
export function defineBytesTable<Key extends readonly TuplePart[]>(
  tag: number,
  name: string,
): Table<Key, Uint8Array> {
  const { encode, decode } = framed(name, bytesBody)
  return define(tag, name, {
    isFramed: true,
    encode: (key, row) => encode(key, row, 2),
    decode,
    renew: asItIs,
  })
}

/** A table whose values are bytes without any frame. */
export function defineRawTable<Key extends readonly TuplePart[]>(
  tag: number,
  name: string,
): Table<Key, Uint8Array> {
  return define<Key, Uint8Array>(tag, name, {
    isFramed: false,
    encode: (_, row) => bufferOf(row),
    decode: ({ value }) => value,
    renew: asItIs,
  })
}

function asItIs(): undefined {
  return undefined
}

function define<Key extends readonly TuplePart[], Row>(
  tag: number,
  name: string,
  codec: RowCodec<Row>,
): Table<Key, Row> {
  const taken = definedTables.get(tag)
  assert(!taken, `table tag ${tag} is taken by ${taken?.name}`)
  const unlessNoKey = <T>(key: Uint8Array, read: () => T): T => {
    try {
      return read()
    } catch (cause) {
      throw new UnreadableRow(name, key, 'has no key', { cause })
    }
  }
  const table: Table<Key, Row> = {
    name,
    key: (...parts) => encodeTuple([tag, ...parts]),
    parts: (key) => unlessNoKey(key, () => decodeTuple(key).slice(1) as unknown as Key),
    textAt: (key, start) => unlessNoKey(key, () => decodeText(key, start)),
    assertTextAt(key, start) {
      try {
        assertText(key, start)
      } catch (cause) {
        throw new UnreadableRow(name, key, 'has no key', { cause })
      }
    },
    range: (...parts) => prefixRange([tag, ...parts]),
    stringRange: (parts, prefix) => stringPrefixRange([tag, ...parts], prefix),
    ...codec,
  }
  definedTables.set(tag, table)
  return table
}

/** Rows in frames: of the newest layout where that has a form for them, and in version 1 always of the oldest. */
function framed<Row>(
  name: string,
  oldest: BodyCodec<Row, Buffer>,
  newest: BodyCodec<Row> = oldest,
): RowCodec<Row> {
  function encode(key: Uint8Array, row: Row, version: WrittenVersion): Buffer {
    if (version === 1) return sealFrame(oldest.encode(row, HEAD_BYTES[1], version), key, 1)
    const headBytes = HEAD_BYTES[2]
    const packed = newest.encode(row, headBytes + 1, version)
    const frame = packed ?? oldest.encode(row, headBytes + 1, version)
    frame[headBytes] = packed ? newest.layout : oldest.layout
    return sealFrame(frame, key, 2)
  }

  function decode({ key, value }: StoredRow): Row {
    const frame = bufferOf(value)
    const version = openFrame(frame, key, name)
    const headBytes = HEAD_BYTES[version]
    const layout = version === 1 ? oldest.layout : frame[headBytes]
    const body = layout === newest.layout ? newest : oldest
    if (layout !== body.layout) throw new UnreadableRow(name, key, `has the unknown layout ${layout}`)
    try {
      return body.decode(frame, version === 1 ? headBytes : headBytes + 1)
    } catch (cause) {
      throw new UnreadableRow(name, key, 'is not readable', { cause })
    }
  }

  function renew(stored: StoredRow): Buffer | undefined {
    const [version, layout] = [stored.value[0], stored.value[HEAD_BYTES[2]]]
    if (version === 2 && layout === newest.layout) return undefined
    const again = encode(stored.key, decode(stored), NEWEST_VERSION)
    // JSON still, since it has no other form.
    return version === 2 && again[HEAD_BYTES[2]] === layout ? undefined : again
  }

  return { isFramed: true, encode, decode, renew }
}

function jsonBody<Row>(): BodyCodec<Row, Buffer> {
  return {
    layout: JSON_LAYOUT,
    encode: (row, headBytes) => Buffer.from(`${'\0'.repeat(headBytes)}${JSON.stringify(row)}`, 'utf8'),
    decode(frame, start) {
      const row: unknown = JSON.parse(frame.toString('utf8', start))
      if (typeof row !== 'object' || row === null) throw new TypeError('a row is an object')
      return row as Row
    },
  }
}

/** Filled by whoever encodes a row, and copied: nobody waits meanwhile. */
const packing = new GrowingBytes()

function packedBody<Row>(form: Form<Row>, formOf2 = form): BodyCodec<Row> {
  return {
    layout: PACKED_LAYOUT,
    encode(row, headBytes, version) {
      packing.end = headBytes
      return (version === 2 ? formOf2 : form).write(row, packing) ? packing.copy() : undefined
    },
    decode: (frame, start) => form.read(frame, start, frame.length),
  }
}

const bytesBody: BodyCodec<Uint8Array, Buffer> = {
  layout: BYTES_LAYOUT,
  encode(row, headBytes) {
    const frame = shortLivedBytes(headBytes + row.length)
    frame.set(row, headBytes)
    return frame
  },
  decode: (frame, start) => frame.subarray(start),
}
