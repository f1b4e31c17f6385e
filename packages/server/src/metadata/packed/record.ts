import { type Form, json } from './forms.ts'
import type { GrowingBytes } from '../../base/growing-bytes.ts'

/** The number of a member on disk, and its form there. */
type Place<Value> = readonly [number: number, form: Form<Value>]

type KeyOf<Row> = Row extends unknown ? keyof Row : never
type ValueOf<Row, Name> = Row extends unknown
  ? Name extends keyof Row
    ? Exclude<Row[Name], undefined>
    : never
  : never

/** Every member a row can have, each with the forms to try in turn. A number never gets another meaning. */
export type Members<Row> = {
  readonly [Name in KeyOf<Row>]-?: readonly [Place<ValueOf<Row, Name>>, ...Place<ValueOf<Row, Name>>[]]
}

/** A row, or a part of one, as its members one after the other. Members that are `undefined` are absent. */
export interface PackedRecord<Row> extends Form<Row> {
  /** Appends one member; `false` where it is none of these. */
  append(name: string, value: unknown, target: GrowingBytes): boolean
  /** Reads members and sets them. */
  readInto(row: object, bytes: Buffer, start: number, end: number): void
}

/** In the byte of a member's number: it is JSON, since its value does not have the member's form. */
const IS_JSON = 0x80
/** In place of a length: it follows, in four bytes. */
const LONG = 0xff

export function record<Row>(members: Members<Row>): PackedRecord<Row> {
  const places = new Map<string, readonly Place<unknown>[]>(Object.entries(members))
  const known = new Map<number, { readonly name: string; readonly form: Form<unknown> }>()
  for (const [name, forms] of places) {
    for (const [number, form] of forms) known.set(number, { name, form })
  }

  function append(name: string, value: unknown, target: GrowingBytes): boolean {
    const forms = places.get(name)
    if (!forms) return false
    for (const [number, form] of forms) if (appendAs(number, form, value, target)) return true
    return appendAs((forms[0]?.[0] ?? 0) | IS_JSON, json, value, target)
  }

  function readInto(row: object, bytes: Buffer, start: number, end: number): void {
    const values = row as Record<string, unknown>
    for (let at = start; at < end;) {
      const number = bytes[at] ?? 0
      const isLong = bytes[at + 1] === LONG
      const from = at + (isLong ? 6 : 2)
      const to = from + (isLong ? bytes.readUInt32BE(at + 2) : (bytes[at + 1] ?? NaN))
      const member = known.get(number & ~IS_JSON)
      if (!member || !(to <= end)) throw new RangeError(`no member ${number} of that length`)
      values[member.name] = (number & IS_JSON ? json : member.form).read(bytes, from, to)
      at = to
    }
  }

  return {
    append,
    readInto,
    write(value, target) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
      const values = value as Readonly<Record<string, unknown>>
      // Half as long as going through `Object.entries`.
      for (const name of Object.keys(values)) {
        const each = values[name]
        if (each !== undefined && !append(name, each, target)) return false
      }
      return true
    },
    read(bytes, start, end) {
      const row = {}
      readInto(row, bytes, start, end)
      return row as Row
    },
  }
}

/** A number, a length, and the value in that form; nothing where it has no such form. */
function appendAs(number: number, form: Form<unknown>, value: unknown, target: GrowingBytes): boolean {
  const start = target.end
  target.makeRoom(2)
  target.end += 2
  if (!form.write(value, target)) {
    target.end = start
    return false
  }
  const sizeBytes = target.end - start - 2
  if (sizeBytes >= LONG) makeLong(start, sizeBytes, target)
  target.buffer[start] = number
  target.buffer[start + 1] = Math.min(sizeBytes, LONG)
  return true
}

function makeLong(start: number, sizeBytes: number, target: GrowingBytes): void {
  target.makeRoom(4)
  target.buffer.copyWithin(start + 6, start + 2, target.end)
  target.buffer.writeUInt32BE(sizeBytes, start + 2)
  target.end += 4
}
