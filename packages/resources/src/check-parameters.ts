/** Parameters that no request can be made of: nothing was sent. */
export class ParameterError extends TypeError {
  override readonly name = 'ParameterError'
}

/** A schema as the SDK ships it: a number for a simple type, an array for a shape, a function that leads to either. */
type Schema = number | string | readonly unknown[] | (() => Schema)

const LIST = 64
const MAP = 128
const TIMESTAMP = 4
const SENSITIVE = 8

/** What a value of a simple type has to be; the rest takes whatever the SDK can send. */
const SIMPLE: Readonly<Record<number, string>> = { 0: 'string', 1: 'number', 2: 'boolean' }

/**
 * What is wrong with the value, after its path, as in `Delete.Objects[0].key: unknown…`; `undefined` where nothing is:
 * no member that the schema does not have, none missing that it requires, none of another type. `undefined` stands for
 * a member that is not given, and what begins with `$` is the SDK's own (`$metadata`).
 */
export function faultOf(schema: Schema, value: unknown, path = ''): string | undefined {
  const shape = resolve(schema)
  if (typeof shape === 'number') return faultOfSimple(shape, value, path)
  const [kind, , , traits, first, members] = shape as [number, string, string, unknown, Schema, Schema]
  if (kind === 0) {
    // A secret may be bytes as well: the SDK encodes it.
    return traits === SENSITIVE && ArrayBuffer.isView(value) ? undefined : faultOf(first, value, path)
  }
  if (kind === 1) return faultOfItems(first, value, path)
  if (kind === 2) return faultOfEntries(members, value, path)
  return faultOfMembers(shape, value, path)
}

/**
 * What no header can carry of an object's metadata, as boto3 refuses it: it would be signed otherwise than it is sent.
 * {@link https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#UserMetadata User-defined metadata}
 */
export function faultOfMetadata(input: object): string | undefined {
  const { Metadata = {} } = input as { readonly Metadata?: object | undefined }
  const wrong = Object.entries(Metadata).find((pair) => !/^[ -~\t]*$/.test(pair.join('')))
  return wrong && `Metadata.${wrong[0]} must be of ASCII characters alone: ${JSON.stringify(wrong[1])}`
}

/** Whether it is what braces make. Anything else has no members of its own: a promise, a map, a text. */
export function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value) as object | null
  // By shape, since another realm has an Object of its own.
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function resolve(schema: Schema): number | readonly unknown[] {
  if (typeof schema === 'function') return resolve(schema())
  // A shape names its namespace second; anything else is a reference with traits.
  if (typeof schema === 'object' && typeof schema[1] !== 'string') return resolve(schema[0] as Schema)
  return schema as number | readonly unknown[]
}

function faultOfSimple(type: number, value: unknown, path: string): string | undefined {
  if (type >= MAP) return faultOfEntries(type - MAP, value, path)
  if (type >= LIST) return faultOfItems(type - LIST, value, path)
  const expected = SIMPLE[type]
  if (expected) return typeof value === expected ? undefined : `${path} must be a ${expected}`
  if (type >> 2 === TIMESTAMP >> 2) {
    const valid = Object.prototype.toString.call(value) === '[object Date]' && !isNaN(Number(value))
    return valid ? undefined : `${path} must be a valid Date`
  }
  const sendable = typeof value === 'string' || (typeof value === 'object' && value !== null)
  return sendable ? undefined : `${path} must be text, bytes or a stream`
}

function faultOfItems(schema: Schema, value: unknown, path: string): string | undefined {
  if (!Array.isArray(value)) return `${path} must be an array`
  return firstFault(value.keys(), (index) => faultOf(schema, value[index], `${path}[${index}]`))
}

function faultOfEntries(schema: Schema, value: unknown, path: string): string | undefined {
  if (!isPlain(value)) return `${path} must be an object`
  return firstFault(Object.entries(value), ([name, entry]) => faultOf(schema, entry, `${path}.${name}`))
}

function faultOfMembers(shape: readonly unknown[], value: unknown, path: string): string | undefined {
  const names = shape[4] as readonly string[]
  const schemas = shape[5] as readonly Schema[]
  const required = Number(shape[6] ?? 0)
  if (!isPlain(value)) return `${path} must be an object`
  const given = new Map(Object.entries(value).filter(([, member]) => member !== undefined))
  const prefix = path && `${path}.`
  const unknown = Object.keys(value).find((name) => !names.includes(name) && !name.startsWith('$'))
  if (unknown !== undefined) {
    return `${prefix}${unknown} is no parameter; must be one of ${names.join(', ')}`
  }
  return firstFault(names.entries(), ([index, name]) => {
    if (given.has(name)) return faultOf(schemas[index] as Schema, given.get(name), prefix + name)
    return index < required ? `${prefix}${name} is missing` : undefined
  })
}

function firstFault<Item>(items: Iterable<Item>, faultAt: (item: Item) => string | undefined) {
  for (const item of items) {
    const fault = faultAt(item)
    if (fault) return fault
  }
  return undefined
}
