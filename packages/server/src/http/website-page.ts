import { encodeHeaderText } from '../base/header-text.ts'
import type { EncodedResponse } from '../protocol/encode.ts'
import { type FailedRequest, fieldsOf } from '../protocol/error-document.ts'
import { escapeXml } from '../protocol/xml-writer.ts'
import { http } from './node-http.ts'

/** What a page of an error tells; every `S3Error` does. */
export interface Problem {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly fields: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
}

/**
 * The page that S3 makes for an error of a website, or for a folder that was asked for without its slash. `documentProblem`
 * is why the website's own error document is not shown. Source: S3 User Guide, "Configuring a custom error document".
 */
export function websitePage(
  problem: Problem,
  request: FailedRequest,
  documentProblem?: Problem,
): EncodedResponse {
  const { status } = problem
  if (status === 304) return { status, headers: { ...problem.headers } }
  const headers = { ...problem.headers, ...errorHeaders(problem), 'Content-Type': 'text/html; charset=utf-8' }
  return request.method === 'HEAD'
    ? { status, headers }
    : { status, headers, body: html(problem, request, documentProblem) }
}

/** Tell programs what the page, or an error document, tells people. */
export function errorHeaders({ code, message, fields }: Problem): Record<string, string> {
  const { Key } = fields
  return {
    'x-amz-error-code': code,
    'x-amz-error-message': encodeHeaderText(message),
    ...(Key !== undefined && { 'x-amz-error-detail-Key': encodeHeaderText(Key) }),
  }
}

function html(problem: Problem, request: FailedRequest, documentProblem?: Problem): string {
  const { requestId, hostId } = request
  const { code, message } = problem
  const fields = fieldsOf(problem, request)
  const title = `${problem.status} ${http.STATUS_CODES[problem.status] ?? ''}`
  return [
    '<html>',
    `<head><title>${title}</title></head>`,
    '<body>',
    `<h1>${title}</h1>`,
    ...listOf({ code, message, fields }, { RequestId: requestId, HostId: hostId }),
    ...(documentProblem
      ? [
          '<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>',
          ...listOf(documentProblem, {}),
        ]
      : []),
    '<hr/>',
    '</body>',
    '</html>',
    '',
  ].join('\n')
}

function listOf(
  { code, message, fields }: Pick<Problem, 'code' | 'message' | 'fields'>,
  more: Readonly<Record<string, string>>,
): string[] {
  const facts = Object.entries({ Code: code, Message: message, ...fields, ...more })
  return ['<ul>', ...facts.map(([name, value]) => `<li>${name}: ${escapeXml(value)}</li>`), '</ul>']
}
