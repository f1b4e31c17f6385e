import { isUtf8 } from 'node:buffer'
import { bufferOf } from '../base/buffer-of.ts'
import { assert, violated } from '../base/assert.ts'
import type { GrowingBytes } from '../base/growing-bytes.ts'
import { StorageFault } from '../base/storage-fault.ts'
import { MAX_KEY_BYTES } from './ordered-store.ts'

/** A number whose larger values sort first. */
export interface Descending {
  readonly descending: number
}

/** Strings sort by their UTF-8 bytes; numbers are whole, from 0 to `Number.MAX_SAFE_INTEGER`. */
export type TuplePart = string | number | Uint8Array | Descending

/** From `start` (inclusive) to `end` (exclusive). */
export interface TupleRange {
  readonly start: Buffer
  readonly end: Buffer
}

// Every part begins with its tag; a number's tag also counts the bytes that follow. No encoding is the beginning of
// another, so what follows a part never disturbs the order of what came before it.
const BYTES = 0x01
const STRING = 0x02
const NUMBER = 0x10
const DESCENDING = 0x20
const NUMBER_BYTES = 7

const END = 0x00
/** After a zero within bytes, where the end would have nothing or a tag. */
const ESCAPED_ZERO = 0xff
/** Sorts past all that can follow: tags are small, and the bytes of UTF-8 end at 0xf4. */
const PAST_ALL = Buffer.from([0xff])

/**
 * A key whose unsigned byte order is the order of the tuples: part by part, a tuple before those that go on from it.
 * Where kinds differ, bytes sort before strings, strings before numbers, numbers before descending ones.
 *
 * Strings may hold any well-formed Unicode, U+0000 too, and take their UTF-8 size and 2 bytes: each byte goes up by
 * one, since UTF-8 never uses the values above 0xf4, which leaves 0 free to end the string. So an S3 key of 1,024
 * bytes takes 1,026 whatever it holds. Numbers take 1 to 8 bytes, byte arrays their size, 2, and 1 for each zero.
 */
export function encodeTuple(parts: readonly TuplePart[]): Buffer {
  const key = Buffer.allocUnsafe(encodedSize(parts))
  writeParts(parts, key)
  return key
}

/** The parts as they were given to {@link encodeTuple}; anything else is `StorageFault('corrupt')`. */
export function decodeTuple(key: Uint8Array): TuplePart[] {
  const bytes = bufferOf(key)
  const parts: TuplePart[] = []
  for (let position = 0; position < bytes.length;) position = readPart(bytes, position, parts)
  return parts
}

/** The first of {@link decodeTuple}, whatever follows it. */
export function firstPartOf(key: Uint8Array): TuplePart | undefined {
  const parts: TuplePart[] = []
  readPart(bufferOf(key), 0, parts)
  return parts[0]
}

/** The range of all tuples that begin with `parts`, that of `parts` alone included; its end lies just past them. */
export function prefixRange(parts: readonly TuplePart[]): TupleRange {
  const start = encodeTuple(parts)
  return { start, end: Buffer.concat([start, PAST_ALL]) }
}

/**
 * The range of all tuples that begin with `parts` and go on with a string that begins with `prefix`. Its end is where a
 * scan goes on that skips a common prefix.
 */
export function stringPrefixRange(parts: readonly TuplePart[], prefix: string): TupleRange {
  const start = encodeTuple([...parts, prefix]).subarray(0, -1)
  return { start, end: Buffer.concat([start, PAST_ALL]) }
}

/** A text as it stands within that of a key, whatever is before and behind it. */
export function textWithin(text: string): Buffer {
  return encodeTuple([text]).subarray(1, -1)
}

/**
 * Past all keys whose text at `start` begins with `text`, as that of `key` does: the end of their `stringPrefixRange`,
 * without encoding the parts anew.
 */
export function pastText(key: Uint8Array, start: number, text: string): Buffer {
  const end = start + 1 + Buffer.byteLength(text)
  const past = Buffer.allocUnsafe(end + 1)
  past.set(key.subarray(0, end))
  past.set(PAST_ALL, end)
  return past
}

function encodedSize(parts: readonly TuplePart[]): number {
  let sizeBytes = 0
  for (const part of parts) sizeBytes += partSize(part)
  if (sizeBytes > MAX_KEY_BYTES) violated(`a key of ${sizeBytes} bytes`)
  return sizeBytes
}

function partSize(part: TuplePart): number {
  if (typeof part === 'string') return Buffer.byteLength(part) + 2
  if (typeof part === 'number') return 1 + numberSize(part)
  if (!(part instanceof Uint8Array)) return 1 + numberSize(part.descending)
  let zeros = 0
  for (const byte of part) if (byte === 0) zeros++
  return part.length + zeros + 2
}

function numberSize(value: number): number {
  if (!(Number.isSafeInteger(value) && value >= 0)) violated(`${value} has no place in a key`)
  let sizeBytes = 0
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) sizeBytes++
  return sizeBytes
}

function writeParts(parts: readonly TuplePart[], key: Buffer): void {
  let position = 0
  for (const part of parts) {
    if (typeof part === 'string') position = writeString(part, key, position)
    else if (typeof part === 'number') position = writeNumber(part, key, position)
    else if (part instanceof Uint8Array) position = writeBytes(part, key, position)
    else position = writeDescending(part.descending, key, position)
  }
}

function writeString(text: string, key: Buffer, start: number): number {
  assert(text.isWellFormed(), 'a lone surrogate has no place in a key')
  key[start] = STRING
  const end = start + 1 + key.write(text, start + 1)
  for (let index = start + 1; index < end; index++) key[index] = (key[index] ?? 0) + 1
  key[end] = END
  return end + 1
}

function writeBytes(bytes: Uint8Array, key: Buffer, start: number): number {
  let position = start
  key[position++] = BYTES
  for (const byte of bytes) {
    key[position++] = byte
    if (byte === 0) key[position++] = ESCAPED_ZERO
  }
  key[position++] = END
  return position
}

function writeNumber(value: number, key: Buffer, start: number): number {
  const sizeBytes = numberSize(value)
  key[start] = NUMBER + sizeBytes
  writeBigEndian(value, key, start + 1, sizeBytes)
  return start + 1 + sizeBytes
}

/** As a number with every byte inverted: longer ones first. */
function writeDescending(value: number, key: Buffer, start: number): number {
  const sizeBytes = numberSize(value)
  const end = start + 1 + sizeBytes
  key[start] = DESCENDING + NUMBER_BYTES - sizeBytes
  writeBigEndian(value, key, start + 1, sizeBytes)
  for (let index = start + 1; index < end; index++) key[index] = ~(key[index] ?? 0)
  return end
}

function writeBigEndian(value: number, key: Buffer, start: number, sizeBytes: number): void {
  let rest = value
  for (let index = start + sizeBytes - 1; index >= start; index--) {
    key[index] = rest % 256
    rest = Math.floor(rest / 256)
  }
}

/** Adds the part at `start` to `parts`; returns where the next begins. */
function readPart(key: Buffer, start: number, parts: TuplePart[]): number {
  const tag = key[start] ?? 0
  if (tag === STRING) return readString(key, start + 1, parts)
  if (tag === BYTES) return readBytes(key, start + 1, parts)
  if (tag >= NUMBER && tag <= NUMBER + NUMBER_BYTES) {
    parts.push(readBigEndian(key, start + 1, tag - NUMBER, 0x00))
    return start + 1 + tag - NUMBER
  }
  if (tag < DESCENDING || tag > DESCENDING + NUMBER_BYTES) throw notATuple()
  const sizeBytes = DESCENDING + NUMBER_BYTES - tag
  parts.push({ descending: readBigEndian(key, start + 1, sizeBytes, 0xff) })
  return start + 1 + sizeBytes
}

/** Text is put together here: nobody waits meanwhile, and no key is longer. */
const unshifted = Buffer.alloc(MAX_KEY_BYTES)

function readString(key: Buffer, start: number, parts: TuplePart[]): number {
  const end = unshift(key, start)
  parts.push(unshiftedText(end - start))
  return end + 1
}

/** The text whose part begins at `start` of a key, which may be any bytes: what is not text is `StorageFault('corrupt')`. */
export function decodeText(key: Uint8Array, start: number): string {
  if (key[start] !== STRING) throw notATuple()
  return unshiftedText(unshift(key, start + 1) - start - 1)
}

/** Throws as {@link decodeText} does, and makes no text. */
export function assertText(key: Uint8Array, start: number): void {
  if (key[start] !== STRING) throw notATuple()
  const sizeBytes = unshift(key, start + 1) - start - 1
  if (!isAscii) unshiftedText(sizeBytes)
}

/** Appends the text at `start` of a key, which is one, in UTF-8. */
export function appendText(key: Uint8Array, start: number, target: GrowingBytes): void {
  target.makeRoom(key.length)
  const { buffer } = target
  let { end } = target
  for (let at = start + 1; at < key.length; at++) {
    const byte = key[at] ?? END
    if (byte === END) break
    buffer[end++] = byte - 1
  }
  target.end = end
}

/** Whether two keys have the same text at that place, where both have one. */
export function isSameText(a: Uint8Array, b: Uint8Array, start: number): boolean {
  for (let at = start + 1; at < a.length; at++) {
    if (a[at] !== b[at]) return false
    if (a[at] === END) return true
  }
  return false
}

let isAscii = true

/** Takes each byte of a text down by one again; tells where it ends, and on the way whether all of it is ASCII. */
function unshift(key: Uint8Array, start: number): number {
  if (key.length > MAX_KEY_BYTES) throw notATuple()
  let all = 0
  for (let index = start; index < key.length; index++) {
    const byte = key[index] ?? END
    if (byte === END) {
      isAscii = all < 0x80
      return index
    }
    unshifted[index - start] = byte - 1
    all |= byte - 1
  }
  throw notATuple()
}

function unshiftedText(sizeBytes: number): string {
  if (isAscii) return unshifted.toString('latin1', 0, sizeBytes)
  const text = unshifted.toString('utf8', 0, sizeBytes)
  // What is no UTF-8 would come out as another key.
  if (text.includes('\ufffd') && !isUtf8(unshifted.subarray(0, sizeBytes))) throw notATuple()
  return text
}

function readBytes(key: Buffer, start: number, parts: TuplePart[]): number {
  const bytes: number[] = []
  let position = start
  while (key[position] !== END || key[position + 1] === ESCAPED_ZERO) {
    const byte = key[position]
    if (byte === undefined) throw notATuple()
    bytes.push(byte)
    position += byte === 0 ? 2 : 1
  }
  parts.push(Buffer.from(bytes))
  return position + 1
}

function readBigEndian(key: Buffer, start: number, sizeBytes: number, inverted: number): number {
  if (start + sizeBytes > key.length) throw notATuple()
  let value = 0
  for (let index = start; index < start + sizeBytes; index++)
    value = value * 256 + ((key[index] ?? 0) ^ inverted)
  if (!Number.isSafeInteger(value)) throw notATuple()
  return value
}

function notATuple(): StorageFault {
  return new StorageFault('corrupt', 'a key is not a tuple')
}
