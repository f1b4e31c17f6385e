import type { S3Error } from '../model/s3-error.ts'
import type { EncodedResponse } from './output-codec.ts'
import { escapeXml, xmlDeclaration } from './xml-writer.ts'

/** What an error document says of the request. */
export interface FailedRequest {
  readonly requestId: string
  readonly hostId: string
  /** The path that was asked for. */
  readonly resource: string
  readonly isHead: boolean
}

const bodiless = new Set([204, 304])

/**
 * Makes the answer of an error: the code, the message, the error's own fields in their order, then what identifies the
 * request. S3 names the resource only where no field says what was refused. No body for HEAD and for 304.
 */
export function encodeError(error: S3Error, request: FailedRequest): EncodedResponse {
  const headers = { ...error.headers }
  if (request.isHead || bodiless.has(error.status)) return { status: error.status, headers }
  headers['Content-Type'] = 'application/xml'
  return { status: error.status, headers, body: errorDocument(error, request) }
}

/** The document alone, for an answer whose status has gone out already. */
export function errorDocument(error: S3Error, request: FailedRequest): string {
  const hasFields = Object.keys(error.fields).length > 0
  const elements = Object.entries({
    Code: error.code,
    Message: error.message,
    ...error.fields,
    ...(!hasFields && { Resource: request.resource }),
    RequestId: request.requestId,
    HostId: request.hostId,
  })
  const text = elements.map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`).join('')
  return `${xmlDeclaration}<Error>${text}</Error>`
}
