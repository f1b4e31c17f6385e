import type { MemberModel } from '../model/operation-model.ts'
import {
  ignoredWhenInvalid,
  neverEmpty,
  numberRanges,
  refusals,
  type Refusal,
} from '../model/overlay-refusals.ts'
import { S3Error } from '../model/s3-error.ts'
import { decodeHeaderText } from '../base/header-text.ts'
import { valueReader, type ValueReader } from './read-value.ts'
import { storedContentEncoding } from './stored-content-encoding.ts'

/** Reads all that came of a query parameter which may come several times. `undefined` as of {@link ParameterReader}. */
export type RepeatedReader = (texts: readonly string[]) => unknown

/** Reads a header or a query parameter. `undefined` means: as if it had not come. Throws the `S3Error` S3 has for it. */
export type ParameterReader = (text: string) => unknown

// oxlint-disable-next-line no-control-regex
const notLatin1Text = /[^\u0020-\u007e\u00a0-\u00ff]/

/** The reader of a header, whose name is in lower case. */
export function headerReader(operation: string, name: string, member: MemberModel): ParameterReader {
  const read = parameterReader(operation, name, member)
  if (name === 'content-encoding') return (text) => storedContentEncoding(decodeHeaderText(text))
  return (text) => read(decodeHeaderText(text))
}

export function queryReader(operation: string, name: string, member: MemberModel): ParameterReader {
  const read = parameterReader(operation, name, member)
  // One of these without a value is as if it had not come; a header of numbers has to have one.
  if (isNumber(member)) return (text) => (text === '' ? undefined : read(text))
  if (name.startsWith('response-')) return (text) => (text === '' ? undefined : read(asHeader(name, text)))
  if (neverEmpty.includes(name)) return (text) => (text === '' ? refuse(name, text) : read(text))
  return read
}

/** Of a list in the query each item is a parameter of its own, all of one name; one without a value is none. */
export function repeatedReader(name: string, item: MemberModel): RepeatedReader {
  const read = valueReader(item)
  return (texts) => {
    const named = texts.filter((text) => text !== '')
    return named.length === 0 ? undefined : named.map((text) => read(text) ?? refuse(name, text))
  }
}

function isNumber({ type }: MemberModel): boolean {
  return type === 'integer' || type === 'long'
}

function parameterReader(operation: string, name: string, member: MemberModel): ParameterReader {
  if (member.list !== undefined) return listReader(name, valueReader(member.list))
  const read = valueReader(member)
  if (isNumber(member)) return numberReader(operation, name, read)
  const ignores = ignoredWhenInvalid.includes(name)
  if (member.type === undefined && member.enum === undefined) return read
  return (text) => read(text) ?? (ignores ? undefined : refuse(name, text))
}

function numberReader(operation: string, name: string, read: ValueReader): ParameterReader {
  const range = numberRanges[`${operation}.${name}`] ?? numberRanges[name]
  const notANumber = refusals[name] ?? { message: `Provided ${name} not an integer or within integer range` }
  return (text) => {
    const value = read(text) as number | undefined
    if (value === undefined) return refuse(name, text, notANumber)
    if (range && (value < range.minimum || value > range.maximum)) return refuse(name, text, range)
    return value
  }
}

/** A list without an item is none. */
function listReader(name: string, read: ValueReader): ParameterReader {
  return (text) => {
    const items = text.split(',').map((item) => item.trim())
    const named = items.filter((item) => item !== '')
    return named.length === 0 ? undefined : named.map((item) => read(item) ?? refuse(name, item))
  }
}

/** The overrides of an answer's headers: what cannot be a header is refused now. An empty one is none, as on S3 (floci-io/floci#923). */
function asHeader(name: string, text: string): string {
  if (!notLatin1Text.test(text)) return text
  return refuse(name, text, { message: 'Header value cannot be represented using ISO-8859-1.' })
}

function refuse(name: string, text: string, refusal: Refusal = refusals[name] ?? {}): never {
  const { code = 'InvalidArgument', message, argument = name } = refusal
  const fields = code === 'InvalidArgument' ? { ArgumentName: argument, ArgumentValue: text } : {}
  throw new S3Error(code, fields, message === undefined ? {} : { message })
}
