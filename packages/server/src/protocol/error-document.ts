import type { S3Error } from '../model/s3-error.ts'
import type { EncodedResponse } from './output-codec.ts'
import { escapeXml, xmlDeclaration } from './xml-writer.ts'

/** What an error document says of the request. */
export interface FailedRequest {
  readonly requestId: string
  readonly hostId: string
  /** The path that was asked for. */
  readonly resource: string
  readonly method: string
  /** Of S3 Control, whose errors have an element around them. */
  readonly isControl?: boolean
}

const bodiless = new Set([204, 304])

/**
 * Makes the answer of an error: the code, the message, the error's own fields in their order, then what identifies the
 * request. S3 names the resource only where no field says what was refused. No body for HEAD and for 304.
 */
export function encodeError(error: S3Error, request: FailedRequest): EncodedResponse {
  const headers = { ...error.headers }
  if (request.method === 'HEAD' || bodiless.has(error.status)) return { status: error.status, headers }
  headers['Content-Type'] = 'application/xml'
  return { status: error.status, headers, body: errorDocument(error, request) }
}

/** The document alone, for an answer whose status has gone out already. */
export function errorDocument(error: S3Error, request: FailedRequest): string {
  const fields = fieldsOf(error, request)
  const what = elementsOf({
    Code: error.code,
    Message: error.message,
    ...fields,
    ...(Object.keys(fields).length === 0 && { Resource: request.resource }),
  })
  const which = elementsOf({ RequestId: request.requestId, HostId: request.hostId })
  // Source: S3 API Reference, "Error responses" of S3 Control; without it its SDKs find no code.
  if (request.isControl)
    return `${xmlDeclaration}<ErrorResponse><Error>${what}</Error>${which}</ErrorResponse>`
  return `${xmlDeclaration}<Error>${what}${which}</Error>`
}

function elementsOf(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`)
    .join('')
}

/** The error's own fields, in their order. What has a method that is not allowed is told the one it was asked with. */
export function fieldsOf(
  { code, fields }: { readonly code: string; readonly fields: Readonly<Record<string, string>> },
  { method }: Pick<FailedRequest, 'method'>,
): Readonly<Record<string, string>> {
  return code === 'MethodNotAllowed' && 'ResourceType' in fields ? { Method: method, ...fields } : fields
}
