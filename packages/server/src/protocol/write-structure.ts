import { GrowingBytes } from '../base/growing-bytes.ts'
import type { MemberModel, ValueModel } from '../model/operation-model.ts'
import { structureModel } from '../model/operations.ts'
import { PackedObject } from '../model/packed-object.ts'
import { isElement } from './read-structure.ts'
import { PackedObjectWriter } from './write-packed-object.ts'
import { valueWriter } from './write-value.ts'
import { escapeXml, writeXmlText } from './xml-writer.ts'

/** Appends an element around a value, or several where the value is a list of them. */
export type ElementWriter = (value: unknown, target: GrowingBytes) => void

/** A structure's part of an element: the attributes of its start tag, and what stands inside. */
export interface StructureWriter {
  readonly attributes: (value: object) => string
  readonly content: (value: object, target: GrowingBytes) => void
}

type Members = Readonly<Record<string, MemberModel>>
type Values = Readonly<Record<string, unknown>>
type MemberWriter = (values: Values, target: GrowingBytes) => void

const made = new Map<string, StructureWriter>()

/** The writer of a structure of the model. Made once. */
function structureWriter(name: string): StructureWriter {
  let writer = made.get(name)
  if (writer === undefined) {
    const { members } = structureModel(name)
    writer = name === 'ListedObject' ? listedObjectWriter(members) : membersWriter(members)
    made.set(name, writer)
  }
  return writer
}

function listedObjectWriter(members: Members): StructureWriter {
  const { attributes, content } = membersWriter(members)
  const packed = new PackedObjectWriter((...names) => {
    const some = Object.entries(members).filter(([name]) => names.some((each) => each === name))
    return membersWriter(Object.fromEntries(some)).content
  })
  return {
    attributes,
    content(value, target) {
      if (value instanceof PackedObject) packed.write(value, target)
      else content(value, target)
    },
  }
}

/** The writer of what these members are in XML, in the order of the model. Absent members write nothing. */
export function membersWriter(members: Members): StructureWriter {
  const entries = Object.entries(members).filter(([, model]) => isElement(model))
  const attributes = entries.filter(([, model]) => model.attribute).map(attributeWriter)
  const elements = entries.filter(([, model]) => !model.attribute).map(memberWriter)
  const hasAttributes = attributes.length > 0
  return {
    attributes: (value) => (hasAttributes ? attributes.map((text) => text(value as Values)).join('') : ''),
    content(value, target) {
      for (const write of elements) write(value as Values, target)
    },
  }
}

/** The writer of an element of a name, its namespace declaration included. */
export function elementWriter(name: string, value: ValueModel, namespace = ''): ElementWriter {
  const end = Buffer.from(`</${name}>`)
  const start = Buffer.from(`<${name}${namespace}>`)
  const { structure, type } = value
  if (structure !== undefined) {
    // Looked up when used: a structure may hold itself.
    let writer: StructureWriter | undefined
    return (inner, target) => {
      writer ??= structureWriter(structure)
      const attributes = writer.attributes(inner as object)
      if (attributes === '') target.bytes(start)
      else target.utf8(`<${name}${namespace}${attributes}>`)
      writer.content(inner as object, target)
      target.bytes(end)
    }
  }
  const write = valueWriter(value)
  // Numbers, booleans and dates have nothing to escape, and listings have many.
  const writeText: ElementWriter =
    type === undefined
      ? (text, target) => writeXmlText(write(text), target)
      : (plain, target) => target.ascii(write(plain))
  return unlessRepeated((inner, target) => {
    target.bytes(start)
    writeText(inner, target)
    target.bytes(end)
  })
}

/** Most entries of a listing have the storage class, the owner, the time and more of the one before. */
function unlessRepeated(write: ElementWriter): ElementWriter {
  let last: unknown
  let written: Buffer | undefined
  return (value, target) => {
    if (value === last && written) return target.bytes(written)
    const start = target.end
    write(value, target)
    // What comes twice may well come again.
    written = value === last ? Buffer.from(target.buffer.subarray(start, target.end)) : undefined
    last = value
  }
}

function attributeWriter([member, model]: [string, MemberModel]): (values: Values) => string {
  const name = model.xml ?? member
  const write = valueWriter(model)
  return (values) => {
    const value = values[member]
    return value === undefined ? '' : ` ${name}="${escapeXml(write(value))}"`
  }
}

function memberWriter([member, model]: [string, MemberModel]): MemberWriter {
  const write = valueWriterOf(member, model)
  return (values, target) => {
    const value = values[member]
    if (value !== undefined) write(value, target)
  }
}

function valueWriterOf(member: string, model: MemberModel): ElementWriter {
  if (model.list) return listWriter(member, model, model.list)
  return model.type === 'map' ? mapWriter(member, model) : plainWriter(member, model)
}

/** Source: Smithy, "AWS restXml protocol", maps. */
function mapWriter(member: string, model: MemberModel): ElementWriter {
  const name = model.xml ?? member
  const [key, value] = [elementWriter('key', {}), elementWriter('value', {})]
  return (map, target) => {
    target.ascii(`<${name}>`)
    for (const [each, text] of Object.entries(map as Readonly<Record<string, string>>)) {
      target.ascii('<entry>')
      key(each, target)
      value(text, target)
      target.ascii('</entry>')
    }
    target.ascii(`</${name}>`)
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
  const item: ElementWriter =
    model.mixed && structure !== undefined
      ? (value, target) => structureWriter(structure).content(value as object, target)
      : elementWriter(model.flat ? name : (list.xml ?? 'member'), list)
  const items: ElementWriter = (value, target) => {
    for (const each of value as readonly unknown[]) item(each, target)
  }
  if (model.flat || model.mixed) return items
  const [start, end] = [Buffer.from(`<${name}>`), Buffer.from(`</${name}>`)]
  return (value, target) => {
    target.bytes(start)
    items(value, target)
    target.bytes(end)
  }
}

/** Filled by whoever writes a document, and copied: nobody waits meanwhile. */
const writing = new GrowingBytes()

/** What `write` appends, as bytes of its own. */
export function written(write: (target: GrowingBytes) => void): Buffer {
  writing.end = 0
  write(writing)
  return writing.copy()
}
