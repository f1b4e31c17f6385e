import * as client from '@aws-sdk/client-s3'

/** One node of the client's runtime schemas, made readable. */
export interface SchemaNode {
  readonly kind: 'simple' | 'list' | 'map' | 'structure' | 'union' | 'operation'
  readonly name: string
  readonly traits: Traits
  /** Simple shapes: the number that stands for the type. */
  readonly simple: number
  readonly parts: readonly unknown[]
}

export interface Traits {
  readonly label: boolean
  readonly payload: boolean
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
}
const listFlag = 64
const mapFlag = 128
const labelBit = 1
const payloadBit = 16
const noTraits: Traits = { label: false, payload: false, named: {} }

/** Every operation that the client exports, by name. */
export function operationSchemas(): SchemaNode[] {
  const exported: unknown[] = Object.values(client)
  return exported
    .filter((value) => Array.isArray(value) && value[0] === 9)
    .map((value) => readSchema(value))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1))
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
    return { label: (traits & labelBit) !== 0, payload: (traits & payloadBit) !== 0, named: {} }
  }
  const named = (traits ?? {}) as Record<string, unknown>
  return { label: false, payload: 'httpPayload' in named, named }
}

function mergeTraits(shape: Traits, member: Traits): Traits {
  return {
    label: member.label,
    payload: member.payload,
    named: { ...shape.named, ...member.named },
  }
}
