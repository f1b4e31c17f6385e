import type { MemberModel, ValueModel } from '../model/operation-model.ts'
import { structureModel } from '../model/operations.ts'
import { isElement } from './read-structure.ts'
import { valueWriter } from './write-value.ts'
import { escapeXml } from './xml-writer.ts'

/** Writes an element around a value, or several where the value is a list of them. */
export type ElementWriter = (value: unknown) => string

/** A structure's part of an element: the attributes of its start tag, and what stands inside. */
export interface StructureWriter {
  attributes(value: object): string
  content(value: object): string
}

type Members = Readonly<Record<string, MemberModel>>
type MemberWriter = (values: Readonly<Record<string, unknown>>) => string

const made = new Map<string, StructureWriter>()

/** The writer of a structure of the model. Made once. */
export function structureWriter(name: string): StructureWriter {
  let writer = made.get(name)
  if (writer === undefined) {
    writer = membersWriter(structureModel(name).members)
    made.set(name, writer)
  }
  return writer
}

/** The writer of what these members are in XML, in the order of the model. Absent members write nothing. */
export function membersWriter(members: Members): StructureWriter {
  const entries = Object.entries(members).filter(([, model]) => isElement(model))
  const attributes = entries.filter(([, model]) => model.attribute).map(attributeWriter)
  const elements = entries.filter(([, model]) => !model.attribute).map(memberWriter)
  return {
    attributes: (value) => joined(attributes, value),
    content: (value) => joined(elements, value),
  }
}

/** The writer of an element of a name, its namespace declaration included. */
export function elementWriter(name: string, value: ValueModel, namespace = ''): ElementWriter {
  const end = `</${name}>`
  const { structure } = value
  if (structure === undefined) {
    const write = valueWriter(value)
    const start = `<${name}${namespace}>`
    // Numbers, booleans and dates have nothing to escape, and listings have many.
    if (value.type !== undefined) return unlessRepeated((plain) => start + write(plain) + end)
    return unlessRepeated((text) => start + escapeXml(write(text)) + end)
  }
  // Looked up when used: a structure may hold itself.
  let writer: StructureWriter | undefined
  return (inner) => {
    writer ??= structureWriter(structure)
    const values = inner as object
    return `<${name}${namespace}${writer.attributes(values)}>${writer.content(values)}${end}`
  }
}

/** Most entries of a listing have the storage class, the owner, the time and more of the one before. */
function unlessRepeated(write: ElementWriter): ElementWriter {
  let last: unknown
  let written = ''
  return (value) => {
    if (value !== last) {
      written = write(value)
      last = value
    }
    return written
  }
}

function joined(writers: readonly MemberWriter[], value: object): string {
  let text = ''
  for (const write of writers) text += write(value as Readonly<Record<string, unknown>>)
  return text
}

function attributeWriter([member, model]: [string, MemberModel]): MemberWriter {
  const name = model.xml ?? member
  const write = valueWriter(model)
  return (values) => {
    const value = values[member]
    return value === undefined ? '' : ` ${name}="${escapeXml(write(value))}"`
  }
}

function memberWriter([member, model]: [string, MemberModel]): MemberWriter {
  const write = model.list ? listWriter(member, model, model.list) : plainWriter(member, model)
  return (values) => {
    const value = values[member]
    return value === undefined ? '' : write(value)
  }
}

function plainWriter(member: string, model: MemberModel): ElementWriter {
  return elementWriter(model.xml ?? member, model, namespaceOf(model))
}

function namespaceOf({ namespace }: MemberModel): string {
  return namespace === undefined ? '' : ` xmlns:${namespace[0]}="${namespace[1]}"`
}

function listWriter(
  member: string,
  model: MemberModel,
  list: NonNullable<MemberModel['list']>,
): ElementWriter {
  const name = model.xml ?? member
  const { structure } = list
  const item =
    model.mixed && structure !== undefined
      ? (value: unknown) => structureWriter(structure).content(value as object)
      : elementWriter(model.flat ? name : (list.xml ?? 'member'), list)
  const items = (value: unknown): string => {
    let text = ''
    for (const each of value as readonly unknown[]) text += item(each)
    return text
  }
  return model.flat || model.mixed ? items : (value) => `<${name}>${items(value)}</${name}>`
}
