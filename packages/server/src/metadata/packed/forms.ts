import type { GrowingBytes } from '../../base/growing-bytes.ts'

/** How a value is written as bytes, whose number is told elsewhere. */
export interface Form<Value> {
  /** Appends a value. `false` for one that has no such form; then what it appended is to be forgotten. */
  write(value: unknown, target: GrowingBytes): boolean
  /** Throws for bytes that it cannot have written. */
  read(bytes: Buffer, start: number, end: number): Value
}

/** Text in UTF-8. */
export const text: Form<string> = {
  write(value, target) {
    // What is no Unicode would come back as something else.
    if (typeof value !== 'string' || !value.isWellFormed()) return false
    target.makeRoom(3 * value.length)
    target.end += target.buffer.write(value, target.end)
    return true
  },
  read: (bytes, start, end) => bytes.toString('utf8', start, end),
}

/** Text that stands for bytes: those. `pattern` is what exactly one sequence of bytes is written as. */
function encoded(encoding: 'hex' | 'base64' | 'base64url', pattern: RegExp): Form<string> {
  return {
    write(value, target) {
      if (typeof value !== 'string' || !pattern.test(value)) return false
      target.makeRoom(value.length)
      target.end += target.buffer.write(value, target.end, encoding)
      return true
    },
    read: (bytes, start, end) => bytes.toString(encoding, start, end),
  }
}

/** Lower-case digits, two a byte. */
export const hex = encoded('hex', /^(?:[0-9a-f]{2})*$/)

/** With its padding. Bits of the last digit that stand for nothing are zero. */
export const base64 = encoded(
  'base64',
  /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/][AQgw]==|[A-Za-z\d+/]{2}[AEIMQUYcgkosw048]=)?$/,
)

/** The URL-safe one, without padding. */
export const base64url = encoded('base64url', /^(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?$/)

/** A number from 0 to `Number.MAX_SAFE_INTEGER`: big-endian, without leading zeros. */
export const whole: Form<number> = {
  write(value, target) {
    if (!isWhole(value)) return false
    let sizeBytes = 0
    while (value >= 256 ** sizeBytes) sizeBytes++
    for (let place = sizeBytes - 1; place >= 0; place--) target.byte(Math.floor(value / 256 ** place) % 256)
    return true
  },
  read(bytes, start, end) {
    let value = 0
    for (let at = start; at < end; at++) value = value * 256 + (bytes[at] ?? 0)
    if (end - start > WHOLE_BYTES || !isWhole(value)) throw new RangeError('a number is too large')
    return value
  },
}

const WHOLE_BYTES = 7

export function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

/** Nothing but `true`, in no bytes. */
export const flag: Form<true> = {
  write: (value) => value === true,
  read: () => true,
}

/** One of these texts: a byte, its place among them. New ones go to the end. */
export function oneOf<Text extends string>(...texts: readonly Text[]): Form<Text> {
  return {
    write(value, target) {
      const place = texts.indexOf(value as Text)
      if (place < 0) return false
      target.byte(place)
      return true
    },
    read(bytes, start, end) {
      const found = texts[bytes[start] ?? NaN]
      if (found === undefined || end !== start + 1) throw new RangeError('not one of the known texts')
      return found
    },
  }
}

/** Whatever JSON can tell: who names the type answers for what was written. */
export const json: Form<never> = {
  write: (value, target) => text.write(JSON.stringify(value), target),
  read: (bytes, start, end) => JSON.parse(bytes.toString('utf8', start, end)) as never,
}
