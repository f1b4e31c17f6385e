import type { MemberModel, ValueModel } from '../model/operation-model.ts'
import { structureModel } from '../model/operations.ts'
import { overlay } from '../model/overlay.ts'
import { isVerbatim, valueReader } from './read-value.ts'
import { malformed } from './malformed-xml.ts'
import type { XmlElement } from './xml-reader.ts'

/** Makes a value of an element. Throws `MalformedXML` where the element is not what the schema says. */
export type ElementReader = (element: XmlElement) => unknown

type Members = Readonly<Record<string, MemberModel>>
type Values = Record<string, unknown>

interface Field {
  readonly member: string
  readonly read: ElementReader
  /** Each such element is one more item. */
  readonly repeats: boolean
}

const made = new Map<string, ElementReader>()

/** The reader of a structure of the model. Made once. */
export function structureReader(name: string): ElementReader {
  let reader = made.get(name)
  if (reader === undefined) {
    const { members, union } = structureModel(name)
    reader = membersReader(members, { union, name })
    made.set(name, reader)
  }
  return reader
}

interface Holder {
  /** Exactly one member is set. */
  readonly union?: boolean | undefined
  /** Of the structure, or of the root. */
  readonly name: string
}

/**
 * The reader of an element that holds these members. Elements and repetitions that the model lacks are refused, but for
 * elements of an open structure.
 */
export function membersReader(members: Members, { union = false, name }: Holder): ElementReader {
  const isOpen = overlay.openStructures.includes(name)
  const fields = new Map<string, Field>()
  const attributes = new Map<string, Field>()
  for (const [member, model] of Object.entries(members)) {
    const field = fieldOf(member, model)
    if (model.attribute) attributes.set(localName(model.xml ?? member), field)
    else if (isElement(model)) fields.set(model.xml ?? member, field)
  }
  const required = Object.keys(members).filter((name) => members[name]?.required && isElement(members[name]))
  return (element) => {
    const values: Values = {}
    if (attributes.size > 0) readAttributes(element, attributes, values)
    readChildren(element, fields, values, isOpen)
    for (const member of required) if (values[member] === undefined) throw malformed()
    if (union && Object.keys(values).length !== 1) throw malformed()
    return values
  }
}

/** Whether a member travels in the XML at all. */
export function isElement({ label, header, headerPrefix, query, payload, status }: MemberModel): boolean {
  return !label && !header && !headerPrefix && !query && !payload && !status
}

function readChildren(
  element: XmlElement,
  fields: ReadonlyMap<string, Field>,
  values: Values,
  isOpen: boolean,
): void {
  if (element.text !== '' && element.text.trim() !== '') throw malformed()
  for (const child of element.children) {
    const field = fields.get(child.name)
    if (field === undefined && isOpen) continue
    if (field === undefined) throw malformed()
    const value = field.read(child)
    const known = values[field.member]
    if (field.repeats && known !== undefined) (known as unknown[]).push(value)
    else if (known !== undefined) throw malformed()
    else values[field.member] = field.repeats ? [value] : value
  }
}

function readAttributes(element: XmlElement, fields: ReadonlyMap<string, Field>, values: Values): void {
  for (const [name, text] of Object.entries(element.attributes)) {
    const field = fields.get(name)
    if (field !== undefined) values[field.member] = field.read({ name, text, attributes: {}, children: [] })
  }
}

function fieldOf(member: string, model: MemberModel): Field {
  if (model.list === undefined) return { member, read: elementReader(model), repeats: false }
  const item = elementReader(model.list)
  if (model.flat) return { member, read: item, repeats: true }
  return { member, read: listReader(model.list.xml ?? 'member', item), repeats: false }
}

function listReader(itemName: string, item: ElementReader): ElementReader {
  return (element) => {
    if (element.text.trim() !== '') throw malformed()
    return element.children.map((child) => {
      if (child.name !== itemName) throw malformed()
      return item(child)
    })
  }
}

function elementReader(value: ValueModel): ElementReader {
  const { structure } = value
  // Looked up when used: a structure may hold itself.
  if (structure !== undefined) return (element) => structureReader(structure)(element)
  if (value.type === 'map') return readMap
  const read = valueReader(value)
  const verbatim = isVerbatim(value)
  return (element) => {
    if (element.children.length > 0) throw malformed()
    const result = read(verbatim ? element.text : element.text.trim())
    if (result === undefined) throw malformed()
    return result
  }
}

const readEntry = membersReader({ key: { required: true }, value: { required: true } }, { name: 'entry' })
const readEntries = listReader('entry', readEntry)

/** Source: Smithy, "AWS restXml protocol", maps. */
function readMap(element: XmlElement): Record<string, string> {
  const entries = readEntries(element) as { readonly key: string; readonly value: string }[]
  return Object.fromEntries(entries.map(({ key, value }) => [key, value]))
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}
