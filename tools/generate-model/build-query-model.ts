import type {
  Bounds,
  QueryMember,
  QueryMembers,
  QueryModel,
  QueryValue,
} from '../../packages/server/src/model/query-model.ts'
import type { MemberBounds } from './query-bounds.ts'
import { type EnumDeclarations, readEnumDeclarations } from './client-declarations.ts'
import {
  type ClientExports,
  exportedSchemas,
  isUnit,
  readSchema,
  type SchemaNode,
  simpleTypes,
} from './client-schema.ts'

/** An API of the Query protocol, and where its model comes from. */
export interface QueryApiSource {
  readonly packageName: string
  readonly client: ClientExports
  readonly version: string
  readonly namespace: string
  readonly bounds: Readonly<Record<string, MemberBounds>>
  /** Values of enums that the client's declarations have otherwise. */
  readonly enums?: Readonly<Record<string, readonly string[]>>
}

/** The client's schemas, the enums of its declarations, and the bounds that the reference of the API gives. */
export function buildQueryModel(source: QueryApiSource): QueryModel {
  return new QueryModelBuilder(source).build()
}

class QueryModelBuilder {
  readonly #source: QueryApiSource
  readonly #declarations: EnumDeclarations
  readonly #structures = new Map<string, QueryMembers>()
  readonly #enums = new Map<string, readonly string[]>()
  /** Inputs have bounds, answers none: what both share is read as input, hence first. */
  #isInput = true

  constructor(source: QueryApiSource) {
    this.#source = source
    this.#declarations = readEnumDeclarations(source.packageName)
  }

  build(): QueryModel {
    const { client, version, namespace } = this.#source
    const nodes = exportedSchemas(client, 'operation')
    const inputs = nodes.map(({ parts }) => this.#members(readSchema(parts[0])))
    this.#isInput = false
    const outputs = nodes.map(({ parts }) =>
      isUnit(parts[1]) ? undefined : this.#members(readSchema(parts[1])),
    )
    const operations = nodes.map(({ name }, index) => {
      const output = outputs[index]
      return [name, { input: inputs[index] ?? {}, ...(output && { output }) }] as const
    })
    return {
      version,
      namespace,
      operations: Object.fromEntries(operations),
      structures: sorted(this.#structures),
      enums: sorted(this.#enums),
      errors: Object.fromEntries(exportedSchemas(client, 'error').flatMap(errorOf)),
    }
  }

  #members(structure: SchemaNode): QueryMembers {
    const [names, schemas, required = 0] = structure.parts as [string[], unknown[], number?]
    return Object.fromEntries(
      names.map((name, index): [string, QueryMember] => {
        const node = readSchema(schemas[index])
        const value = this.#value(node, structure.name, name)
        const flags = {
          ...(index < required && { required: true as const }),
          ...(node.traits.sensitive && { sensitive: true as const }),
        }
        return [name, { ...value, ...flags }]
      }),
    )
  }

  #value(node: SchemaNode, structure: string, member: string): QueryValue {
    const { each, ...bounds } = this.#boundsOf(structure, member)
    return { ...this.#type(node, structure, member, each), ...bounds }
  }

  #boundsOf(structure: string, member: string): MemberBounds {
    const { bounds } = this.#source
    if (!this.#isInput) return {}
    return bounds[`${structure}.${member}`] ?? bounds[member] ?? {}
  }

  #type(node: SchemaNode, structure: string, member: string, each: Bounds = {}): QueryValue {
    switch (node.kind) {
      case 'list':
        return { list: { ...this.#type(readSchema(node.parts[0]), structure, member), ...each } }
      case 'map':
        return { map: this.#type(readSchema(node.parts[1]), structure, member) }
      case 'structure':
      case 'union':
        return { structure: this.#structure(node) }
      case 'simple':
        return this.#simple(node.simple, structure, member)
      case 'operation':
      case 'error':
      default:
        throw new Error(`${structure}.${member} is of a kind that the Query protocol has not`)
    }
  }

  #simple(type: number, structure: string, member: string): QueryValue {
    if (type === simpleTypes.boolean) return { type: 'boolean' }
    if (type === simpleTypes.number) return { type: 'integer' }
    if (type === simpleTypes.timestamp) return { type: 'timestamp' }
    if (type === simpleTypes.blob) return { type: 'blob' }
    if (type !== simpleTypes.string) throw new Error(`unknown simple type ${type} of ${structure}.${member}`)
    const name = this.#declarations.enumOfMember.get(`${structure}.${member}`)
    if (name === undefined) return {}
    this.#enums.set(name, this.#source.enums?.[name] ?? this.#declarations.enums.get(name) ?? [])
    return { enum: name }
  }

  #structure(node: SchemaNode): string {
    if (!this.#structures.has(node.name)) {
      this.#structures.set(node.name, {})
      this.#structures.set(node.name, this.#members(node))
    }
    return node.name
  }
}

/** The code of an error in the Query protocol is often not its name: `NoSuchEntity` of NoSuchEntityException. */
function errorOf({ name, traits: { named } }: SchemaNode): [code: string, status: number][] {
  const status = named['httpError'] as number | undefined
  // The client's own base of all errors.
  if (status === undefined) return []
  return [(named['awsQueryError'] as [string, number] | undefined) ?? [name, status]]
}

function sorted<T>(entries: ReadonlyMap<string, T>): Record<string, T> {
  return Object.fromEntries([...entries].toSorted(([left], [right]) => (left < right ? -1 : 1)))
}
