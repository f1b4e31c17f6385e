import type { EncodedResponse } from './output-codec.ts'
import { escapeXml, xmlDeclaration } from './xml-writer.ts'

/** What a form made. */
export interface PostedObject {
  readonly bucket: string
  readonly key: string
  /** Where it can be had. */
  readonly url: string
}

/**
 * The answer to a form: what PutObject says in headers, with the status or the redirection that the form asks for. A
 * redirection that is no URL is as if it was not there, and so is a status other than 200, 201 and 204. Source: S3 API
 * Reference, POST Object, "Form Fields" and "Response Elements".
 */
export function formAnswer(
  fields: ReadonlyMap<string, string>,
  object: PostedObject,
  { headers }: EncodedResponse,
): EncodedResponse {
  const redirection = redirectionOf(fields.get('success_action_redirect') ?? fields.get('redirect') ?? '')
  const etag = headers['ETag'] ?? ''
  if (redirection) {
    return { status: 303, headers: { ...headers, Location: withResult(redirection, object, etag) } }
  }
  const answer: Record<string, string> = { ...headers, Location: object.url }
  const status = fields.get('success_action_status')
  if (status !== '201') return { status: status === '200' ? 200 : 204, headers: answer }
  answer['Content-Type'] = 'application/xml'
  return { status: 201, headers: answer, body: postResponse(object, etag) }
}

function redirectionOf(text: string): URL | undefined {
  const url = URL.parse(text)
  return url && /^https?:$/.test(url.protocol) ? url : undefined
}

function withResult(url: URL, { bucket, key }: PostedObject, etag: string): string {
  const parameters = Object.entries({ bucket, key, etag }).map(
    ([name, value]) => `${name}=${encodeURIComponent(value)}`,
  )
  url.search = [...(url.search === '' ? [] : [url.search]), ...parameters].join('&')
  return url.href
}

function postResponse({ bucket, key, url }: PostedObject, etag: string): string {
  const elements = Object.entries({ Location: url, Bucket: bucket, Key: key, ETag: etag })
  const text = elements.map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`).join('')
  return `${xmlDeclaration}<PostResponse>${text}</PostResponse>`
}
