import * as client from '@aws-sdk/client-s3'
import * as control from '@aws-sdk/client-s3-control'
import type {
  ListItemModel,
  MemberModel,
  ModelDocument,
  OperationModel,
  ScalarType,
  ValueModel,
} from '../../packages/server/src/model/operation-model.ts'
import { type OperationPatch, overlay } from '../../packages/server/src/model/overlay.ts'
import type { Declarations } from './client-declarations.ts'
import { exportedSchemas, readSchema, simpleTypes, type SchemaNode } from './client-schema.ts'

type Members = Record<string, MemberModel>

/** Our model: the client's schemas, the enums of its declarations, and the overlay over both. */
export function buildModel(declarations: Declarations): ModelDocument {
  return new ModelBuilder(declarations).build()
}

class ModelBuilder {
  readonly #declarations: Declarations
  readonly #structures = new Map(Object.entries(overlay.structures))
  readonly #memberNames = new Map<string, string>()
  readonly #enums = new Map<string, readonly string[]>()

  constructor(declarations: Declarations) {
    this.#declarations = declarations
  }

  build(): ModelDocument {
    const operations = exportedSchemas(client, 'operation').map((node): [string, OperationModel] => [
      node.name,
      this.#operation(node),
    ])
    const ofControl = exportedSchemas(control, 'operation').flatMap((node): [string, OperationModel][] => {
      const name = overlay.controlOperations[node.name]
      return name === undefined ? [] : [[name, this.#operation(node, true)]]
    })
    return {
      operations: Object.fromEntries([...operations, ...ofControl]),
      structures: sorted(this.#structures),
      enums: sorted(this.#enums),
    }
  }

  #operation(node: SchemaNode, isControl = false): OperationModel {
    const [method, path, status] = node.traits.named['http'] as [string, string, number]
    const [input, output] = node.parts.map((part) => readSchema(part))
    if (input === undefined || output === undefined) throw new Error(`${node.name} has no shapes`)
    const patch = isControl ? {} : (overlay.operations[node.name] ?? {})
    const inputMembers = { ...this.#members(input), ...patch.input }
    const outputMembers = patched(this.#members(output), patch.output)
    const literals = literalQuery(path)
    return {
      method,
      level: isControl ? 'control' : levelOf(path, inputMembers),
      ...(isControl && { path }),
      ...(Object.keys(literals).length > 0 && { literals }),
      status: patch.status ?? status,
      ...(!isControl &&
        (patch.checksumRequired ?? this.#declarations.checksumRequired.has(node.name)) && {
          checksumRequired: true,
        }),
      ...rootOf('inputRoot', input, inputMembers),
      ...(patch.otherInputRoot !== undefined && { otherInputRoot: patch.otherInputRoot }),
      ...(patch.emptyInputError !== undefined && { emptyInputError: patch.emptyInputError }),
      ...rootOf('root', output, outputMembers),
      ...(patch.textRoot && { textRoot: true }),
      input: inputMembers,
      output: outputMembers,
    }
  }

  #members(structure: SchemaNode): Members {
    const [names, schemas, required = 0] = structure.parts as [string[], unknown[], number?]
    const members: Members = {}
    for (const [index, name] of names.entries()) {
      const patch = overlay.everyMember[name]
      if (patch === 'removed') continue
      const node = readSchema(schemas[index])
      const place = placeOf(node)
      const value = patch ?? this.#value(node, structure.name, name, place)
      members[name] = {
        ...value,
        ...place,
        ...((index < required || isRequired(structure, name)) && { required: true }),
      }
    }
    return members
  }

  #value(node: SchemaNode, structure: string, member: string, place: MemberModel): ValueModel {
    switch (node.kind) {
      case 'map':
        return { type: 'map' }
      case 'list':
        return { list: this.#listItem(node, structure, member, place) }
      case 'structure':
        return { structure: this.#structure(node) }
      case 'union':
        // The only unions at the top are event streams: frames that the operation writes itself.
        return 'streaming' in node.traits.named ? { type: 'stream' } : { structure: this.#structure(node) }
      case 'simple':
        return this.#simple(node.simple, structure, member, place)
      case 'operation':
      case 'error':
      default:
        throw new Error(`${structure}.${member} is no value`)
    }
  }

  #listItem(node: SchemaNode, structure: string, member: string, place: MemberModel): ListItemModel {
    const item = readSchema(node.parts[0])
    const value = this.#value(item, structure, member, place)
    const xml = item.traits.named['xmlName'] as string | undefined
    return { ...value, ...(xml !== undefined && { xml }) }
  }

  #simple(type: number, structure: string, member: string, place: MemberModel): ValueModel {
    const format = timestampFormat(type, place)
    if (format !== undefined) return { type: 'timestamp', format }
    if (type === simpleTypes.stream) return { type: 'stream' }
    if (type === simpleTypes.string) return this.#string(structure, member)
    return { type: scalarType(type, member) }
  }

  #string(structure: string, member: string): ValueModel {
    const name = this.#declarations.enumOfMember.get(`${structure}.${member}`)
    if (name === undefined) return {}
    const ours = overlay.rename[name] ?? name
    this.#enums.set(ours, this.#declarations.enums.get(name) ?? [])
    return { enum: ours }
  }

  #structure(node: SchemaNode): string {
    const known = overlay.rename[node.name] ?? node.name
    const names = String(node.parts[0])
    // S3 Control has structures of its own under names of S3's.
    const isOther = (this.#memberNames.get(known) ?? names) !== names
    const name = isOther ? `Control${known}` : known
    if (!this.#structures.has(name)) {
      this.#memberNames.set(name, names)
      this.#structures.set(name, { members: {} })
      const members = { ...this.#members(node), ...overlay.newMembers[name] }
      this.#structures.set(name, { members, ...(node.kind === 'union' && { union: true }) })
    }
    return name
  }
}

function levelOf(path: string, input: Members): OperationModel['level'] {
  if (path.startsWith('/{Key+}')) return 'object'
  return 'Bucket' in input ? 'bucket' : 'service'
}

function sorted<T>(entries: ReadonlyMap<string, T>): Record<string, T> {
  return Object.fromEntries([...entries].toSorted(([left], [right]) => (left < right ? -1 : 1)))
}

function patched(members: Members, patch: OperationPatch['output'] = {}): Members {
  const entries = Object.entries({ ...members, ...patch })
  return Object.fromEntries(
    entries.flatMap(([name, member]) => (member === 'removed' ? [] : [[name, member]])),
  )
}

function literalQuery(path: string): Record<string, string> {
  const literals = Object.fromEntries(new URLSearchParams(path.split('?')[1] ?? ''))
  delete literals['x-id']
  return literals
}

function isRequired(structure: SchemaNode, member: string): boolean {
  return overlay.requiredMembers.includes(`${structure.name}.${member}`)
}

/** A document of the members themselves has a root of its own; a payload member brings one. */
function rootOf(
  side: 'inputRoot' | 'root',
  structure: SchemaNode,
  members: Members,
): Partial<Pick<OperationModel, 'inputRoot' | 'root'>> {
  if (!Object.values(members).some(isXml)) return {}
  return { [side]: (structure.traits.named['xmlName'] as string | undefined) ?? structure.name }
}

function isXml(member: MemberModel): boolean {
  const { label, header, headerPrefix, query, payload, status } = member
  return !label && !header && !headerPrefix && !query && !payload && !status
}

function placeOf(node: SchemaNode): MemberModel {
  const { label, payload, named } = node.traits
  if (label) return { label: true }
  if (typeof named['httpHeader'] === 'string') return { header: named['httpHeader'] }
  if (typeof named['httpPrefixHeaders'] === 'string') return { headerPrefix: named['httpPrefixHeaders'] }
  if (typeof named['httpQuery'] === 'string') return { query: named['httpQuery'] }
  // The root of a payload is named after its structure, all else after the member.
  const usual = payload && node.name !== '' && node.kind !== 'simple' ? node.name : undefined
  const xml = (named['xmlName'] as string | undefined) ?? usual
  return {
    ...(payload && { payload: true as const }),
    ...(xml !== undefined && { xml }),
    ...('xmlAttribute' in named && { attribute: true as const }),
    ...('xmlFlattened' in named && { flat: true as const }),
    ...('xmlNamespace' in named && { namespace: named['xmlNamespace'] as [string, string] }),
  }
}

function timestampFormat(type: number, place: MemberModel): 'http' | 'iso' | undefined {
  if (type === simpleTypes.httpDate) return 'http'
  if (type === simpleTypes.dateTime) return 'iso'
  if (type === simpleTypes.timestamp) return place.header === undefined ? 'iso' : 'http'
  return undefined
}

function scalarType(type: number, member: string): ScalarType {
  if (type === simpleTypes.boolean) return 'boolean'
  if (type === simpleTypes.blob) return 'blob'
  if (type === simpleTypes.number) return overlay.longMembers.includes(member) ? 'long' : 'integer'
  throw new Error(`unknown simple type ${type} of ${member}`)
}
