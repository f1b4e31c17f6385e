import type { ErrorCode } from '../model/error-catalogue.ts'
import type { MemberModel, OperationModel } from '../model/operation-model.ts'
import { operationModel } from '../model/operations.ts'
import type { OperationName } from '../model/types.gen.ts'
import {
  headerReader,
  queryReader,
  type ParameterReader,
  repeatedReader,
  type RepeatedReader,
} from './read-parameter.ts'
import { membersReader, structureReader, type ElementReader } from './read-structure.ts'

/** The model of an operation's input, turned round: from what may come in a request to where it goes. */
export interface InputCodec {
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, ParameterField>
  readonly query: ReadonlyMap<string, ParameterField>
  /** Lists, whose parameters come once for each item. */
  readonly repeated: ReadonlyMap<string, RepeatedField>
  /** User metadata: all headers with a prefix. */
  readonly metadata: { readonly member: string; readonly prefix: string } | undefined
  readonly body: InputBody | undefined
  /** Members that have to come in the head. */
  readonly required: readonly string[]
  /** What those are called on the wire. */
  readonly wireNames: Readonly<Record<string, string>>
  readonly checksumRequired: boolean
  /** Whether a query parameter `response-…` sets a header of the answer. */
  readonly overridesAnswers: boolean
}

export interface ParameterField {
  readonly member: string
  readonly read: ParameterReader
}

export interface RepeatedField {
  readonly member: string
  readonly read: RepeatedReader
}

export type InputBody = StreamBody | TextBody | DocumentBody

interface StreamBody {
  readonly kind: 'stream'
  readonly member: string
  /** Whether the input has a `ContentLength`. */
  readonly hasLength: boolean
}

interface TextBody {
  readonly kind: 'text'
  readonly member: string
  readonly required: boolean
}

export interface DocumentBody {
  readonly kind: 'xml'
  /** Without one, the document holds the input's own members. */
  readonly member: string | undefined
  readonly required: boolean
  readonly root: string
  readonly otherRoot?: string | undefined
  readonly emptyError?: ErrorCode | undefined
  readonly read: ElementReader
}

const made = new Map<OperationName, InputCodec>()

/** The codec of an operation. Made when first asked for, so that a start does not pay for all. */
export function inputCodec(operation: OperationName): InputCodec {
  let codec = made.get(operation)
  if (codec === undefined) {
    codec = makeCodec(operation, operationModel(operation))
    made.set(operation, codec)
  }
  return codec
}

function makeCodec(operation: OperationName, model: OperationModel): InputCodec {
  const headers = new Map<string, ParameterField>()
  const query = new Map<string, ParameterField>()
  const repeated = new Map<string, RepeatedField>()
  const wireNames: Record<string, string> = {}
  let metadata: InputCodec['metadata']
  for (const [member, place] of Object.entries(model.input)) {
    if (place.headerPrefix !== undefined) metadata = { member, prefix: place.headerPrefix.toLowerCase() }
    const header = place.header?.toLowerCase()
    if (header !== undefined) headers.set(header, { member, read: headerReader(operation, header, place) })
    if (place.query !== undefined && place.list !== undefined) {
      repeated.set(place.query, { member, read: repeatedReader(place.query, place.list) })
    } else if (place.query !== undefined) {
      query.set(place.query, { member, read: queryReader(operation, place.query, place) })
    }
    const wireName = header ?? place.query
    if (place.required && wireName !== undefined) wireNames[member] = wireName
  }
  const checksumRequired = model.checksumRequired ?? false
  const required = Object.keys(wireNames)
  const overridesAnswers = [...query.keys()].some((name) => name.startsWith('response-'))
  const body = bodyOf(model)
  return { headers, query, repeated, metadata, body, required, wireNames, checksumRequired, overridesAnswers }
}

function bodyOf(model: OperationModel): InputBody | undefined {
  if (model.inputRoot !== undefined) {
    const { inputRoot: root, otherInputRoot: otherRoot, emptyInputError: emptyError } = model
    return {
      kind: 'xml',
      member: undefined,
      required: true,
      root,
      otherRoot,
      emptyError,
      read: membersReader(model.input, { name: root }),
    }
  }
  for (const [member, place] of Object.entries(model.input)) {
    if (place.payload) return payloadOf(member, place, model)
  }
  return undefined
}

function payloadOf(member: string, place: MemberModel, model: OperationModel): InputBody {
  const required = place.required ?? false
  if (place.type === 'stream') return { kind: 'stream', member, hasLength: 'ContentLength' in model.input }
  if (place.structure === undefined) return { kind: 'text', member, required }
  return { kind: 'xml', member, required, root: place.xml ?? member, read: structureReader(place.structure) }
}
