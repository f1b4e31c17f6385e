/** Values for tests, made from the model: every member of every operation once. */
import type { MemberModel, ValueModel } from '../model/operation-model.ts'
import { enumValues, operationModel, structureModel } from '../model/operations.ts'
import type { OperationName } from '../model/types.gen.ts'
import { isElement } from './read-structure.ts'

export type SampleValues = Record<string, unknown>

/** Marks where the stream of bytes stands. */
export const sampleBytes = 'hello'
/** Whole seconds, because the dates of headers have no more. */
export const sampleDate = new Date('2024-02-29T12:34:56.000Z')
const awkwardText = `<a> & "b" 'c' é 😀 \r\n\td`

export function sampleInput(operation: OperationName): SampleValues {
  return sampleMembers(operationModel(operation).input)
}

export function sampleOutput(operation: OperationName): SampleValues {
  return sampleMembers(operationModel(operation).output)
}

function sampleMembers(members: Readonly<Record<string, MemberModel>>, union = false): SampleValues {
  const names = Object.keys(members)
  const values: SampleValues = {}
  for (const name of union ? names.slice(0, 1) : names) {
    const member = members[name]
    if (member !== undefined && !member.status) values[name] = sampleMember(name, member)
  }
  return values
}

function sampleMember(name: string, member: MemberModel): unknown {
  if (name === 'Bucket' && member.structure === undefined) return 'a-bucket'
  if (name === 'Key' && member.label) return 'a//key +é%/../x'
  if (name === 'Expires' || name === 'ResponseExpires') return sampleDate.toUTCString()
  if (name === 'ContentLength') return sampleBytes.length
  if (member.list === undefined) return sampleValue(member, member)
  return [sampleValue(member.list, member), sampleValue(member.list, member)]
}

function sampleValue(value: ValueModel, place: MemberModel): unknown {
  if (value.structure !== undefined) {
    const { members, union } = structureModel(value.structure)
    return sampleMembers(members, union)
  }
  if (value.enum !== undefined) return enumValues(value.enum)[0]
  switch (value.type) {
    case 'boolean':
      return true
    case 'integer':
    case 'long':
      return 7
    case 'timestamp':
      return sampleDate
    case 'map':
      return Object.assign(Object.create(null) as SampleValues, { colour: 'blue', 'of-what': 'the sky' })
    case 'stream':
      return sampleBytes
    case 'blob':
      return Buffer.from(sampleBytes)
    case undefined:
    default:
      return sampleText(place)
  }
}

function sampleText(place: MemberModel): string {
  if (place.header === 'x-amz-copy-source') return 'a-bucket/a%20key'
  if (place.header === 'x-amz-request-route') return 'io-route'
  if (place.query !== undefined && !place.query.startsWith('response-')) return 'a b+c/é&=%'
  return isElement(place) ? awkwardText : 'plain text; a=1'
}
