import { KmsError } from './kms-error.ts'

/**
 * Reads one member of a JSON request; `name` is what errors call it. Throws ValidationException for a value outside its
 * bounds, SerializationException for one of another type.
 */
export type Reader<T> = (value: unknown, name: string) => T

export type InputOf<Read> = Read extends Reader<infer T> ? T : never

interface Bounds {
  readonly least?: number
  readonly most?: number
}

export function optional<T>(reader: Reader<T>): Reader<T | undefined> {
  return (value, name) => (value === undefined || value === null ? undefined : reader(value, name))
}

export function text({
  least = 1,
  most = 2048,
  pattern,
}: Bounds & { readonly pattern?: RegExp } = {}): Reader<string> {
  return (value, name) => {
    requirePresent(value, name)
    if (typeof value !== 'string') throw serialization()
    checkSize(value.length, least, most, value, name, 'length')
    if (pattern && !pattern.test(value)) {
      throw constraint(value, name, `satisfy regular expression pattern: ${pattern.source}`)
    }
    return value
  }
}

export function oneOf<const T extends string>(...values: readonly T[]): Reader<T> {
  return (value, name) => {
    requirePresent(value, name)
    if (typeof value !== 'string') throw serialization()
    const found = values.find((one) => one === value)
    if (found === undefined) throw constraint(value, name, `satisfy enum value set: [${values.join(', ')}]`)
    return found
  }
}

export function whole({ least = 0, most = Number.MAX_SAFE_INTEGER }: Bounds): Reader<number> {
  return (value, name) => {
    requirePresent(value, name)
    if (typeof value !== 'number' || !Number.isInteger(value)) throw serialization()
    if (value < least) throw constraint(String(value), name, `have value greater than or equal to ${least}`)
    if (value > most) throw constraint(String(value), name, `have value less than or equal to ${most}`)
    return value
  }
}

/** Of `Date`. */
const MOST_MILLISECONDS = 8.64e15

/** Seconds since 1970, as milliseconds. */
export const moment: Reader<number> = (value, name) => {
  requirePresent(value, name)
  if (typeof value !== 'number' || Math.abs(value) * 1000 > MOST_MILLISECONDS) throw serialization()
  return Math.round(value * 1000)
}

export const flag: Reader<boolean> = (value, name) => {
  requirePresent(value, name)
  if (typeof value !== 'boolean') throw serialization()
  return value
}

// Node skips what is no base64, and would have something else encrypted than what was sent.
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** A member of KMS that is not built: who sends it must not believe that it has its effect. */
export const unsupported: Reader<undefined> = (value, name) => {
  if (value === undefined || value === null) return undefined
  throw new KmsError('UnsupportedOperationException', `${name} is not supported here.`)
}

/** Base64. The value is never repeated in an error: it may be what is to be kept secret. */
export function blob({ least = 1, most = 6144 }: Bounds = {}): Reader<Buffer> {
  return (value, name) => {
    requirePresent(value, name)
    if (typeof value !== 'string' || !BASE64.test(value)) throw serialization()
    const bytes = Buffer.from(value, 'base64')
    checkSize(bytes.length, least, most, '**', name, 'length')
    return bytes
  }
}

export function listOf<T>(reader: Reader<T>, { least = 0, most = 50 }: Bounds = {}): Reader<readonly T[]> {
  return (value, name) => {
    requirePresent(value, name)
    if (!Array.isArray(value)) throw serialization()
    checkSize(value.length, least, most, '[…]', name, 'length')
    return value.map((item, index) => reader(item, `${name}.${index + 1}.member`))
  }
}

export const textMap: Reader<Readonly<Record<string, string>>> = (value, name) => {
  requirePresent(value, name)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw serialization()
  const read = text({ least: 0, most: 8192 })
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, read(item, `${name}.${key}`)]))
}

/** What the readers of an object's members give. (A constraint on `Given` would widen what is inferred.) */
export type MembersOf<Given extends object> = { readonly [Name in keyof Given]: InputOf<Given[Name]> }

/** An object with these members; others are ignored, as KMS does. */
export function members<Given extends object>(readers: Given): Reader<MembersOf<Given>> {
  return (value, name) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw serialization()
    const given = new Map(Object.entries(value))
    const read = Object.entries(readers as Readonly<Record<string, Reader<unknown>>>).map(([key, reader]) => {
      const path = key.charAt(0).toLowerCase() + key.slice(1)
      return [key, reader(given.get(key), name === '' ? path : `${name}.${path}`)]
    })
    return Object.fromEntries(read) as MembersOf<Given>
  }
}

/** Throws ValidationException where a member is missing that only some requests have to have. */
export function present<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw constraint(undefined, name, 'not be null')
  return value
}

function requirePresent(value: unknown, name: string): void {
  if (value === undefined || value === null) throw constraint(undefined, name, 'not be null')
}

function checkSize(
  size: number,
  least: number,
  most: number,
  value: string,
  name: string,
  what: string,
): void {
  if (size < least) throw constraint(value, name, `have ${what} greater than or equal to ${least}`)
  if (size > most) throw constraint(value, name, `have ${what} less than or equal to ${most}`)
}

function constraint(value: string | undefined, name: string, rule: string): KmsError {
  const shown = value === undefined ? 'null' : `'${shortened(value)}'`
  const detail = `Value ${shown} at '${name}' failed to satisfy constraint: Member must ${rule}`
  return new KmsError('ValidationException', `1 validation error detected: ${detail}`)
}

/** What a request says wrongly, errors and the audit log repeat; the rest of a megabyte tells nobody more. */
const MOST_SHOWN = 256

function shortened(value: string): string {
  return value.length > MOST_SHOWN ? `${value.slice(0, MOST_SHOWN)}…` : value
}

function serialization(): KmsError {
  return new KmsError('SerializationException')
}
