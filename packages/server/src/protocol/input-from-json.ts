import type { MemberModel, StructureModel, ValueModel } from '../model/operation-model.ts'
import { enumValues, operationModel, structureModel } from '../model/operations.ts'
import type { OperationInputs, OperationName } from '../model/types.gen.ts'
import { valueReader } from './read-value.ts'

/** What in a JSON is not as the model has it. */
export class InputFault extends Error {
  override readonly name = 'InputFault'
  /** Names and indexes from the input down. */
  readonly path: readonly PropertyKey[]

  constructor(path: readonly PropertyKey[], message: string) {
    super(message)
    this.path = path
  }
}

/**
 * Makes the typed input of an operation from JSON in the form that Amazon's own tools take: the model's names, dates as text.
 * Dates, bytes and streams may be there as such. Throws {@link InputFault} for the first thing that the operation does not take.
 */
export function inputFromJson<Name extends OperationName>(name: Name, json: unknown): OperationInputs[Name] {
  return membersFrom({ members: operationModel(name).input }, json, []) as unknown as OperationInputs[Name]
}

type Path = readonly PropertyKey[]

function membersFrom({ members, union }: StructureModel, json: unknown, path: Path): Record<string, unknown> {
  if (!isPlainObject(json)) throw new InputFault(path, 'expected an object')
  const values: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(json)) {
    const model = Object.hasOwn(members, name) ? members[name] : undefined
    if (!model) {
      const known = Object.keys(members).join(', ')
      throw new InputFault([...path, name], `there is no such member; known here: ${known}`)
    }
    if (value !== undefined) values[name] = memberFrom(model, value, [...path, name])
  }
  for (const [name, model] of Object.entries(members)) {
    if (model.required && values[name] === undefined) throw new InputFault([...path, name], 'is missing')
  }
  if (union && Object.keys(values).length !== 1) {
    throw new InputFault(path, `expected exactly one of ${Object.keys(members).join(', ')}`)
  }
  return values
}

function memberFrom({ list, ...model }: MemberModel, json: unknown, path: Path): unknown {
  if (!list) return valueFrom(model, json, path)
  if (!Array.isArray(json)) throw new InputFault(path, 'expected a list')
  return json.map((item, index) => valueFrom(list, item, [...path, index]))
}

function valueFrom(model: ValueModel, json: unknown, path: Path): unknown {
  if (model.structure !== undefined) return membersFrom(structureModel(model.structure), json, path)
  if (model.type === 'stream') return json
  if (model.type === 'map') return mapFrom(json, path)
  if (model.type === 'timestamp' && json instanceof Date) return json
  if (model.type === 'blob' && json instanceof Uint8Array) return json
  const value = isOfItsKind(model, json) ? valueReader(model)(String(json)) : undefined
  if (value === undefined) throw new InputFault(path, `expected ${formOf(model)}`)
  return value
}

function mapFrom(json: unknown, path: Path): unknown {
  if (!isPlainObject(json)) throw new InputFault(path, 'expected an object')
  for (const [name, value] of Object.entries(json)) {
    if (typeof value !== 'string') throw new InputFault([...path, name], 'expected text')
  }
  return Object.assign(Object.create(null), json)
}

function isOfItsKind({ type }: ValueModel, json: unknown): boolean {
  if (type === 'boolean') return typeof json === 'boolean'
  if (type === 'integer' || type === 'long') return typeof json === 'number'
  return typeof json === 'string'
}

const FORMS: Readonly<Record<string, string>> = {
  boolean: 'true or false',
  integer: 'a whole number',
  long: 'a whole number',
  timestamp: 'a date, for example "2031-01-01T00:00:00Z"',
  blob: 'text in base64',
}

function formOf({ type, enum: enumName }: ValueModel): string {
  if (enumName !== undefined) return `one of ${enumValues(enumName).join(', ')}`
  return (type !== undefined && FORMS[type]) || 'text'
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
