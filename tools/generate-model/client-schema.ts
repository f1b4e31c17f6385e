/** One node of the client's runtime schemas, made readable. */
export interface SchemaNode {
  readonly kind: 'simple' | 'list' | 'map' | 'structure' | 'union' | 'operation' | 'error'
  readonly name: string
  readonly traits: Traits
  /** Simple shapes: the number that stands for the type. */
  readonly simple: number
  readonly parts: readonly unknown[]
}

export interface Traits {
  readonly label: boolean
  readonly payload: boolean
  /** A secret: no message may quote it. */
  readonly sensitive: boolean
  readonly named: Readonly<Record<string, unknown>>
}

export const simpleTypes = {
  string: 0,
  number: 1,
  boolean: 2,
  timestamp: 4,
  dateTime: 5,
  httpDate: 6,
  blob: 21,
  stream: 42,
} as const

const kinds: Readonly<Record<number, SchemaNode['kind']>> = {
  0: 'simple',
  1: 'list',
  2: 'map',
  3: 'structure',
  4: 'union',
  9: 'operation',
  [-3]: 'error',
}
const listFlag = 64
const mapFlag = 128
const labelBit = 1
const sensitiveBit = 8
const payloadBit = 16
const noTraits: Traits = { label: false, payload: false, sensitive: false, named: {} }

/** All that a client's package exports. */
export type ClientExports = Readonly<Record<string, unknown>>

/** Every operation, or every error, that the client exports, by name. */
export function exportedSchemas(client: ClientExports, kind: 'operation' | 'error'): SchemaNode[] {
  return Object.values(client)
    .filter((value) => Array.isArray(value) && kinds[Number(value[0])] === kind)
    .map((value) => readSchema(value))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1))
}

/** Whether an operation takes or gives nothing at all, which is not the same as a shape without members. */
export function isUnit(reference: unknown): boolean {
  return typeof reference === 'function' ? isUnit((reference as () => unknown)()) : reference === 'unit'
}

/** Reads what stands for a schema: a number, a shape, a function that gives one, or a pair of one and its traits. */
export function readSchema(reference: unknown): SchemaNode {
  if (typeof reference === 'function') return readSchema((reference as () => unknown)())
  if (reference === 'unit')
    return { kind: 'structure', name: '', traits: noTraits, simple: 0, parts: [[], []] }
  if (typeof reference === 'number') return readSimple(reference)
  if (!Array.isArray(reference)) throw new Error(`not a schema: ${String(reference)}`)
  if (reference.length === 2) {
    const node = readSchema(reference[0])
    return { ...node, traits: mergeTraits(node.traits, readTraits(reference[1])) }
  }
  const [kind, , name, traits, ...parts] = reference as [number, string, string, unknown, ...unknown[]]
  const known = kinds[kind]
  if (known === undefined) throw new Error(`unknown kind of schema: ${kind} (${name})`)
  const simple = known === 'simple' ? Number(parts[0]) : 0
  return { kind: known, name, traits: readTraits(traits), simple, parts }
}

function readSimple(type: number): SchemaNode {
  const base = { name: '', traits: noTraits }
  if (type & mapFlag) return { ...base, kind: 'map', simple: 0, parts: [0, type & ~mapFlag] }
  if (type & listFlag) return { ...base, kind: 'list', simple: 0, parts: [type & ~listFlag] }
  return { ...base, kind: 'simple', simple: type, parts: [] }
}

function readTraits(traits: unknown): Traits {
  if (typeof traits === 'number') {
    const has = (bit: number): boolean => (traits & bit) !== 0
    return { label: has(labelBit), payload: has(payloadBit), sensitive: has(sensitiveBit), named: {} }
  }
  const named = (traits ?? {}) as Record<string, unknown>
  return { label: false, payload: 'httpPayload' in named, sensitive: 'sensitive' in named, named }
}

function mergeTraits(shape: Traits, member: Traits): Traits {
  return {
    label: member.label,
    payload: member.payload,
    sensitive: shape.sensitive || member.sensitive,
    named: { ...shape.named, ...member.named },
  }
}
