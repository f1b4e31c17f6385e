import { hexToBytes } from '@noble/hashes/utils.js'
import { signal } from '@preact/signals'
import { errorOf, ApiError } from './api-error.ts'
import { inSession } from './in-session.ts'
import { payloadHash } from './payload-hash.ts'
import { type Session, signedIn } from './session.ts'
import { authorizationHeader, queryText, timeText } from './signature.ts'
import { sentPath } from './uri-encoding.ts'
import { parseXml } from './xml.ts'

export interface ApiRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  /** As it is signed. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array<ArrayBuffer> | string
  readonly service?: 's3' | 'iam' | 'sts' | 'kms'
  readonly signal?: AbortSignal | undefined
}

/** How many requests are under way. */
export const pending = signal(0)

/** Sends a request that who has signed in signs. Rejects with an {@link ApiError} unless the answer is a success. */
export function send(request: ApiRequest): Promise<Response> {
  return inSession((session) => sendAs(session, request))
}

/** The same, signed by somebody who need not have signed in yet. */
export async function sendAs(session: Session, request: ApiRequest): Promise<Response> {
  const bytes = bodyBytes(request.body)
  const headers = signedHeaders(request, await payloadHash(bytes), session)
  pending.value += 1
  try {
    const response = await fetch(requestUrl(request), {
      method: request.method,
      headers,
      signal: request.signal ?? null,
      ...(request.body !== undefined && { body: bytes }),
    }).catch(notReached)
    if (response.ok) return response
    throw await refused(response)
  } finally {
    pending.value -= 1
  }
}

/** Sends a document, with its checksum, without which S3 does not take some; answers the document that comes back. */
export async function sendXml(
  request: Omit<ApiRequest, 'body'> & { readonly body: string },
): Promise<string> {
  const bytes = new TextEncoder().encode(request.body)
  const checksum = btoa(String.fromCharCode(...hexToBytes(await payloadHash(bytes))))
  const headers = { ...request.headers, 'x-amz-checksum-sha256': checksum }
  return (await send({ ...request, headers, body: bytes })).text()
}

/**
 * Sends what may take long; answers the root of the document that comes back. S3 begins such answers before it knows how they end,
 * with 200. Source: API reference, CompleteMultipartUpload: "A 200 OK response can contain either a success or an error".
 */
export async function sendLong(request: ApiRequest): Promise<Element> {
  const response = await send(request)
  const body = await response.text()
  const root = parseXml(body)
  if (root.localName !== 'Error') return root
  const requestId = response.headers.get('x-amz-request-id') ?? undefined
  throw errorOf({ status: 500, body, requestId })
}

/** The URL on this page's own address. */
export function requestUrl({ path, query }: Pick<ApiRequest, 'path' | 'query'>): string {
  const text = queryText(query ?? {})
  return location.origin + sentPath(path) + (text === '' ? '' : `?${text}`)
}

/** All headers that are to be set on the request; the browser sets the host. */
export function signedHeaders(
  { method, path, query, headers, service }: Omit<ApiRequest, 'body'>,
  payload: string,
  { credentials, region }: Session = signedIn(),
): Record<string, string> {
  const now = new Date()
  const sent: Record<string, string> = {
    ...headers,
    'x-amz-content-sha256': payload,
    'x-amz-date': timeText(now),
    ...(credentials.sessionToken !== undefined && { 'x-amz-security-token': credentials.sessionToken }),
  }
  const request = { method, path, query: query ?? {}, headers: { ...sent, host: location.host }, payload }
  sent['authorization'] = authorizationHeader(request, { credentials, region, service: service ?? 's3', now })
  return sent
}

function bodyBytes(body: ApiRequest['body']): Uint8Array<ArrayBuffer> {
  return typeof body === 'string' ? new TextEncoder().encode(body) : (body ?? new Uint8Array())
}

function notReached(error: unknown): never {
  if (error instanceof DOMException && error.name === 'AbortError') throw error
  throw new ApiError(0, 'NotReached', String(error))
}

async function refused(response: Response): Promise<ApiError> {
  const requestId = response.headers.get('x-amz-request-id') ?? undefined
  return errorOf({ status: response.status, body: await response.text(), requestId })
}
