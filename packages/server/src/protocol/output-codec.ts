import type { GrowingBytes } from '../base/growing-bytes.ts'
import type { ResponseBody } from '../model/body.ts'
import type { MemberModel, OperationModel } from '../model/operation-model.ts'
import { operationModel } from '../model/operations.ts'
import type { OperationName } from '../model/types.gen.ts'
import { metadataToHeader } from '../model/user-metadata.ts'
import { encodeHeaderText } from '../base/header-text.ts'
import { elementWriter, membersWriter, written } from './write-structure.ts'
import { valueWriter } from './write-value.ts'
import { writeXmlText, xmlDeclaration } from './xml-writer.ts'

/** An answer, ready to be sent. */
export interface EncodedResponse {
  status: number
  readonly headers: Record<string, string>
  body?: ResponseBody
}

/** Puts one member of an output where it belongs in the answer. */
export type MemberEncoder = (value: unknown, response: EncodedResponse) => void

/** How an operation's output becomes an answer. */
export interface OutputCodec {
  readonly status: number
  /** By member; those that are elements of the document are not here. */
  readonly members: ReadonlyMap<string, MemberEncoder>
  /** Writes the document of the output's own members. */
  readonly document: ((output: object) => Uint8Array) | undefined
}

const namespace = ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
const controlNamespace = ' xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"'
const xmlType = 'application/xml'
const made = new Map<OperationName, OutputCodec>()

/** The codec of an operation. Made when first asked for, so that a start does not pay for all. */
export function outputCodec(operation: OperationName): OutputCodec {
  let codec = made.get(operation)
  if (codec === undefined) {
    codec = makeCodec(operationModel(operation))
    made.set(operation, codec)
  }
  return codec
}

function makeCodec(model: OperationModel): OutputCodec {
  const members = new Map<string, MemberEncoder>()
  for (const [member, place] of Object.entries(model.output)) {
    const encode = memberEncoder(member, place, namespaceOf(model))
    if (encode !== undefined) members.set(member, encode)
  }
  return { status: model.status, members, document: documentOf(model) }
}

function namespaceOf({ level }: OperationModel): string {
  return level === 'control' ? controlNamespace : namespace
}

function memberEncoder(member: string, place: MemberModel, its: string): MemberEncoder | undefined {
  if (place.header !== undefined) return headerEncoder(place.header, place)
  if (place.headerPrefix !== undefined) return metadataEncoder(place.headerPrefix)
  if (place.status) return (value, response) => (response.status = value as number)
  if (place.payload) return payloadEncoder(member, place, its)
  return undefined
}

function headerEncoder(name: string, place: MemberModel): MemberEncoder {
  const write = valueWriter(place.list ?? place)
  if (place.list !== undefined) {
    return (value, { headers }) => {
      headers[name] = encodeHeaderText((value as readonly unknown[]).map(write).join(', '))
    }
  }
  return (value, { headers }) => {
    headers[name] = encodeHeaderText(write(value))
  }
}

function metadataEncoder(prefix: string): MemberEncoder {
  return (value, { headers }) => {
    for (const [key, text] of Object.entries(value as Readonly<Record<string, string>>)) {
      headers[prefix + key] = metadataToHeader(text)
    }
  }
}

function payloadEncoder(member: string, place: MemberModel, its: string): MemberEncoder {
  if (place.structure !== undefined) {
    const write = elementWriter(place.xml ?? member, place, its)
    return (value, response) => {
      response.headers['Content-Type'] = xmlType
      response.body = written((target) => {
        target.ascii(xmlDeclaration)
        write(value, target)
      })
    }
  }
  const type = place.type === 'stream' ? undefined : 'application/json'
  return (value, response) => {
    if (type !== undefined) response.headers['Content-Type'] = type
    response.body = value as ResponseBody
  }
}

function documentOf(model: OperationModel): OutputCodec['document'] {
  const { root } = model
  if (root === undefined) return undefined
  const [start, end] = [
    Buffer.from(`${xmlDeclaration}<${root}${namespaceOf(model)}>`),
    Buffer.from(`</${root}>`),
  ]
  const content = model.textRoot ? writeLocation : membersWriter(model.output).content
  return (output) =>
    written((target) => {
      target.bytes(start)
      content(output, target)
      target.bytes(end)
    })
}

/** The one text that is a document: for the oldest region S3 sends none. Source: GetBucketLocation. */
function writeLocation(output: { LocationConstraint?: string }, target: GrowingBytes): void {
  const { LocationConstraint: region } = output
  if (region !== undefined && region !== 'us-east-1') writeXmlText(region, target)
}
