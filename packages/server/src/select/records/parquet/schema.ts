import type { Value } from '../../values/value.ts'
import { valueReader } from './leaf-values.ts'
import { PHYSICAL_TYPES, type PhysicalType, type Raw } from './physical.ts'
import { bytesOf, intOf, type ThriftStruct } from './thrift.ts'

/** A field of a file's schema. Source: the Parquet format, "Nested Encoding" and "Logical Types". */
export interface SchemaNode {
  readonly name: string
  readonly isRepeated: boolean
  /** From which definition level on it is there, and at which repetition level it comes again. */
  readonly definition: number
  readonly repetition: number
  readonly shape: 'leaf' | 'struct' | 'list' | 'map'
  readonly children: readonly SchemaNode[]
  /** The leaves in it. */
  readonly leaves: readonly Leaf[]
}

export interface Leaf {
  /** Among the file's columns. */
  readonly index: number
  readonly type: PhysicalType
  /** Of a FIXED_LEN_BYTE_ARRAY. */
  readonly length: number
  readonly definition: number
  readonly repetition: number
  readonly valueOf: (raw: Raw) => Value
}

const MAX_DEPTH = 64
const OPTIONAL = 1
const REPEATED = 2
const CONVERTED = { map: 1, mapKeyValue: 2, list: 3 }
const LOGICAL = { map: 2, list: 3 }

export interface Schema {
  readonly root: SchemaNode
  readonly leaves: readonly Leaf[]
}

/** The elements are the tree's nodes, each before its children. */
export function schemaOf(elements: readonly ThriftStruct[]): Schema {
  const leaves: Leaf[] = []
  let next = 0
  const read = (
    above: { readonly definition: number; readonly repetition: number },
    depth: number,
  ): SchemaNode => {
    const element = elements[next++]
    if (element === undefined || depth > MAX_DEPTH) throw new Error('parquet: a broken schema')
    const name = bytesOf(element, 4)?.toString() ?? ''
    // What the root says of itself means nothing.
    const kind = depth === 0 ? 0 : intOf(element, 3)
    const isRepeated = kind === REPEATED
    const definition = above.definition + (isRepeated || kind === OPTIONAL ? 1 : 0)
    const repetition = above.repetition + (isRepeated ? 1 : 0)
    const at = { name, isRepeated, definition, repetition }
    const count = intOf(element, 5) ?? 0
    if (count === 0) {
      const leaf = leafOf(element, leaves.length, at)
      leaves.push(leaf)
      return { ...at, shape: 'leaf', children: [], leaves: [leaf] }
    }
    const children: SchemaNode[] = []
    for (let child = 0; child < count; child++) children.push(read(at, depth + 1))
    const shape = shapeOf(element, children)
    return { ...at, shape, children, leaves: children.flatMap((child) => child.leaves) }
  }
  const root = read({ definition: 0, repetition: 0 }, 0)
  if (next !== elements.length || root.shape === 'leaf') throw new Error('parquet: a broken schema')
  return { root, leaves }
}

function leafOf(
  element: ThriftStruct,
  index: number,
  { definition, repetition }: { readonly definition: number; readonly repetition: number },
): Leaf {
  const type = PHYSICAL_TYPES[intOf(element, 1) ?? -1]
  if (type === undefined) throw new Error('parquet: a field of no type')
  const length = intOf(element, 2) ?? 0
  if (type === 'FIXED_LEN_BYTE_ARRAY' && !(length > 0)) throw new Error('parquet: a field of no length')
  return { index, type, length, definition, repetition, valueOf: valueReader(element, type) }
}

function shapeOf(element: ThriftStruct, children: readonly SchemaNode[]): 'struct' | 'list' | 'map' {
  const [child] = children
  if (children.length !== 1 || !child?.isRepeated) return 'struct'
  const converted = intOf(element, 6)
  const logical = element.get(10)
  const has = (id: number) => logical instanceof Map && logical.has(id)
  if (converted === CONVERTED.list || has(LOGICAL.list)) return 'list'
  const isMap = converted === CONVERTED.map || converted === CONVERTED.mapKeyValue || has(LOGICAL.map)
  return isMap && child.children.length === 2 && child.children[0]?.shape === 'leaf' ? 'map' : 'struct'
}
