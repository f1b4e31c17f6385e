import { isList, isStruct } from '../../values/kind.ts'
import { Timestamp } from '../../values/timestamp.ts'
import type { Struct, Value } from '../../values/value.ts'
import { RecordText } from './record-text.ts'

/** Writes a value as JSON; MISSING, which has no place in an array, is null there. */
export function writeJson(value: Value, text: RecordText): void {
  if (isList(value)) writeList(value, text)
  else if (isStruct(value)) writeMembers(value, text)
  else text.add(jsonOfScalar(value))
}

/** The members of an object, of which what is MISSING is left out. */
export function writeMembers(members: Iterable<readonly [string, Value]>, text: RecordText): void {
  let separator = '{'
  for (const [name, value] of members) {
    if (value === undefined) continue
    text.add(`${separator}${JSON.stringify(name)}:`)
    writeJson(value, text)
    separator = ','
  }
  text.add(separator === '{' ? '{}' : '}')
}

/** A value as it stands alone: null and MISSING are nothing, and what is nested is JSON. */
export function textOf(value: Value): string {
  if (typeof value === 'string') return value
  if (value === null || value === undefined) return ''
  if (!isList(value) && !isStruct(value)) return value.toString()
  const text = new RecordText()
  writeJson(value, text)
  return text.finish()
}

function writeList(list: readonly Value[], text: RecordText): void {
  let separator = '['
  for (const value of list) {
    text.add(separator)
    writeJson(value, text)
    separator = ','
  }
  text.add(separator === '[' ? '[]' : ']')
}

function jsonOfScalar(value: Exclude<Value, readonly Value[] | Struct>): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null'
  return value instanceof Timestamp ? JSON.stringify(value.toString()) : value.toString()
}
