import type { Struct, Value } from '../../values/value.ts'
import { MAX_RECORD_BYTES, recordTooLong } from '../record-size.ts'
import { textOf } from '../write/value-text.ts'
import type { ColumnCursor } from './column-cursor.ts'
import type { SchemaNode } from './schema.ts'

/**
 * Puts records together out of the columns' entries. Source: the Parquet format, "Nested Encoding": an entry's
 * definition level says how much of its path is there, its repetition level which list it goes on with.
 */
export class Assembly {
  readonly #fields: readonly SchemaNode[]
  readonly #cursors: ReadonlyMap<number, ColumnCursor>
  #bytes = 0

  /** The cursors are those of the fields' leaves, by their index. */
  constructor(fields: readonly SchemaNode[], cursors: ReadonlyMap<number, ColumnCursor>) {
    this.#fields = fields
    this.#cursors = cursors
  }

  /** Of the last record, about as it is written. */
  get bytes(): number {
    return this.#bytes
  }

  record(): Struct {
    this.#bytes = 0
    return this.#members(this.#fields)
  }

  /** A member that is null is MISSING, as S3 leaves it out of JSON (aws-sdk-java issue 2576); it keeps its place in CSV. */
  #members(nodes: readonly SchemaNode[]): Struct {
    const members = new Map<string, Value>()
    for (const node of nodes) members.set(node.name, this.#field(node) ?? undefined)
    return members
  }

  #field(node: SchemaNode): Value {
    return node.isRepeated ? this.#elements(node, () => this.#one(node)) : this.#one(node)
  }

  /** A field, or one of a field's repetitions. */
  #one(node: SchemaNode): Value {
    const [child] = node.children
    if (child === undefined) return this.#take(node)
    if (this.#firstOf(node).definition < node.definition) return this.#pass(node, null)
    if (node.shape === 'list') return this.#elements(child, () => this.#element(child))
    if (node.shape === 'map') return this.#entries(child)
    return this.#members(node.children)
  }

  /** Source: the Parquet format, "Lists", with its rules for older files. */
  #element(repeated: SchemaNode): Value {
    const [only, another] = repeated.children
    const isElement = only === undefined || another !== undefined || repeated.name === 'array'
    return isElement || repeated.name.endsWith('_tuple') ? this.#one(repeated) : this.#field(only)
  }

  #entries(repeated: SchemaNode): Struct {
    const [key, value] = repeated.children
    const entries = new Map<string, Value>()
    this.#elements(repeated, () => {
      const name = key === undefined ? '' : textOf(this.#field(key))
      entries.set(name, value === undefined ? null : this.#field(value))
    })
    return entries
  }

  #elements<T>(repeated: SchemaNode, read: () => T): readonly T[] {
    const first = this.#firstOf(repeated)
    if (first.definition < repeated.definition) return this.#pass(repeated, [])
    const elements: T[] = []
    do elements.push(read())
    while (first.repetition === repeated.repetition)
    return elements
  }

  /** Passes over the entry of each leaf that says that there is nothing. */
  #pass<T>(node: SchemaNode, nothing: T): T {
    for (const leaf of node.leaves) this.#cursor(leaf.index).take()
    this.#count(node.leaves.length)
    return nothing
  }

  #take(leaf: SchemaNode): Value {
    const value = this.#firstOf(leaf).take()
    this.#count(typeof value === 'string' ? value.length : 1)
    return value
  }

  #count(bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes > MAX_RECORD_BYTES) throw recordTooLong()
  }

  #firstOf(node: SchemaNode): ColumnCursor {
    return this.#cursor(node.leaves[0]?.index ?? -1)
  }

  #cursor(index: number): ColumnCursor {
    const cursor = this.#cursors.get(index)
    if (cursor === undefined) throw new Error('parquet: a column that was not read')
    return cursor
  }
}
