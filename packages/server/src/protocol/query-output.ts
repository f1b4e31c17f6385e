import type { QueryMembers, QueryModel, QueryValue } from '../model/query-model.ts'
import type { QueryError } from '../model/query-error.ts'
import { escapeXml } from './xml-writer.ts'

/** The document that answers an operation of the Query protocol. */
export function encodeQueryOutput(
  model: QueryModel,
  operation: string,
  output: Readonly<Record<string, unknown>>,
  requestId: string,
): string {
  const members = model.operations[operation]?.output
  const result = members ? element(`${operation}Result`, structure(model, members, output)) : ''
  const metadata = element('ResponseMetadata', element('RequestId', requestId))
  return `<${operation}Response xmlns="${model.namespace}">${result}${metadata}</${operation}Response>\n`
}

/** The document that says why a request is refused. */
export function encodeQueryError(namespace: string, error: QueryError, requestId: string): string {
  const type = element('Type', errorTypeOf(error))
  const told = element('Error', type + element('Code', error.code) + element('Message', text(error.message)))
  return `<ErrorResponse xmlns="${namespace}">${told}${element('RequestId', requestId)}</ErrorResponse>\n`
}

/** Whose fault it is. */
export function errorTypeOf({ status }: Pick<QueryError, 'status'>): 'Receiver' | 'Sender' {
  return status >= 500 && status !== 501 ? 'Receiver' : 'Sender'
}

function structure(
  model: QueryModel,
  members: QueryMembers,
  output: Readonly<Record<string, unknown>>,
): string {
  let shown = ''
  for (const [name, member] of Object.entries(members)) {
    const value = output[name]
    if (value !== undefined) shown += element(name, encode(model, member, value))
  }
  return shown
}

function encode(model: QueryModel, value: QueryValue, given: unknown): string {
  const { list, map } = value
  if (list)
    return (given as readonly unknown[]).map((item) => element('member', encode(model, list, item))).join('')
  if (map) {
    const entries = Object.entries(given as Readonly<Record<string, unknown>>)
    return entries
      .map(([key, item]) =>
        element('entry', element('key', text(key)) + element('value', encode(model, map, item))),
      )
      .join('')
  }
  if (value.structure !== undefined) {
    return structure(
      model,
      model.structures[value.structure] ?? {},
      given as Readonly<Record<string, unknown>>,
    )
  }
  if (value.type === 'timestamp') return (given as Date).toISOString().replace(/\.\d+Z$/, 'Z')
  if (value.type === 'blob') return Buffer.from(given as Uint8Array).toString('base64')
  return text(String(given))
}

/** What XML 1.0 has no place for: a reference to it would be no XML either, and SDKs could not read the whole document. */
const NO_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

function text(value: string): string {
  return escapeXml(value.replaceAll(NO_XML, '\ufffd'))
}

function element(name: string, content: string): string {
  return content === '' ? `<${name}/>` : `<${name}>${content}</${name}>`
}
