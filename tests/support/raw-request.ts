import { hash } from 'node:crypto'
import { type IncomingHttpHeaders, type IncomingMessage, request as httpRequest } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Credentials } from './accounts.ts'
import { presignQueryTwo, signHeadersTwo, type ToSignTwo } from './signature-v2.ts'
import { presignQuery, signHeaders } from './signature-v4.ts'

/** What a request needs to know of a server, in this process or another. */
export interface ServerAddress {
  readonly url: string
  readonly credentials: Credentials
}

export interface RawRequest {
  readonly method?: string
  /** Sent as it is, so already percent-encoded. */
  readonly path: string
  /** Sent as it is, so already percent-encoded; without the question mark. */
  readonly query?: string
  /** Where `x-amz-content-sha256` is among them it is signed as given; otherwise it is made from the body. */
  readonly headers?: Readonly<Record<string, string>>
  /** A stream is sent unhashed (`UNSIGNED-PAYLOAD`), in HTTP chunks unless there is a Content-Length. */
  readonly body?: Uint8Array | string | AsyncIterable<Uint8Array>
  /** In place of the server's first account. */
  readonly credentials?: Credentials
  /** Sends no signature at all. */
  readonly anonymous?: boolean
  /** Signs in the query, for so long, instead of in the header. */
  readonly presigned?: { readonly expiresSeconds: number }
  /** Signs with Version 2, in the header or where `presigned` in the query. */
  readonly versionTwo?: boolean
  /** The time of the signature; now by default. */
  readonly date?: Date
  readonly region?: string
  /** Whom it is signed for: `s3` by default. */
  readonly service?: string
  /** What a proxy adds to the headers, or puts in place of them, after they were signed. */
  readonly proxyHeaders?: Readonly<Record<string, string>>
  /** Whence the connection comes; 127.0.0.1 by default. */
  readonly localAddress?: string
  readonly signal?: AbortSignal
}

export interface RawAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** The body as UTF-8. */
  readonly text: string
  /** `Code` of an S3 error document. */
  readonly errorCode: string | undefined
}

/** One HTTP request with nothing between the test and the wire: no retry, no redirect, no change of the path. */
export async function rawRequest(server: ServerAddress, request: RawRequest): Promise<RawAnswer> {
  const { path, headers } = signed(server, request)
  const { hostname, port } = new URL(server.url)
  const outgoing = httpRequest({
    host: hostname,
    port,
    method: request.method ?? 'GET',
    path,
    headers: asUtf8({ ...headers, ...request.proxyHeaders }),
    agent: false,
    ...(request.localAddress !== undefined && { localAddress: request.localAddress }),
    ...(request.signal && { signal: request.signal }),
  })
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.on('response', resolve)
    outgoing.on('error', reject)
    sendBody(request.body, outgoing, reject)
  })
  const chunks: Uint8Array[] = []
  for await (const chunk of incoming) chunks.push(chunk as Uint8Array)
  const body = Buffer.concat(chunks)
  return {
    status: incoming.statusCode ?? 0,
    headers: incoming.headers,
    body,
    // Only where somebody looks: a body may be of many MiB.
    get text() {
      return body.toString()
    },
    get errorCode() {
      return body.toString('latin1', 0, 1) === '<' ? errorCodeOf(body.toString()) : undefined
    },
  }
}

/** A URL that anyone may use until it expires. */
export function presignedUrl(server: ServerAddress, request: Omit<RawRequest, 'presigned'>): string {
  const { path } = signed(server, { ...request, presigned: { expiresSeconds: 300 } })
  return `${server.url}${path}`
}

/** `Code` of an S3 error document, where the text is one. */
export function errorCodeOf(text: string): string | undefined {
  return /<Error>.*?<Code>([^<]*)<\/Code>/s.exec(text)?.[1]
}

/** The texts of all elements of a name, entities decoded. */
export function xmlTexts(xml: string, name: string): string[] {
  const found = xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))
  return [...found].map(([, text = '']) => decodeEntities(text))
}

function decodeEntities(text: string): string {
  const named: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }
  return text.replaceAll(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name: string) => {
    if (typeof hex === 'string') return String.fromCodePoint(Number.parseInt(hex, 16))
    if (typeof decimal === 'string') return String.fromCodePoint(Number(decimal))
    return named[name] ?? whole
  })
}

interface SignedRequest {
  readonly path: string
  readonly headers: Record<string, string>
}

function signed(server: ServerAddress, request: RawRequest): SignedRequest {
  const { method = 'GET', query = '', body = '', presigned, region, service, date = new Date() } = request
  const headers: Record<string, string> = { host: new URL(server.url).host, ...request.headers }
  if ((typeof body === 'string' || body instanceof Uint8Array) && !hasHeader(headers, 'transfer-encoding')) {
    if (!hasHeader(headers, 'content-length')) headers['content-length'] = String(Buffer.byteLength(body))
  }
  const withQuery = (text: string): string => (text === '' ? request.path : `${request.path}?${text}`)
  if (request.anonymous) return { path: withQuery(query), headers }

  const toSign = {
    method,
    // All services but S3 normalize paths to sign them.
    path: request.service === undefined ? request.path : request.path.replace(/^\/+$/, '/'),
    query,
    headers,
    credentials: request.credentials ?? server.credentials,
    date,
    ...(region && { region }),
    ...(service && { service }),
  }
  if (request.versionTwo) return signedWithTwo(request, headers, toSign)
  if (presigned) {
    const onlyHost = { ...toSign, headers: { host: headers['host'] ?? '' } }
    return { path: withQuery(presignQuery(onlyHost, presigned.expiresSeconds)), headers }
  }
  return {
    path: withQuery(query),
    headers: signHeaders(toSign, headerValue(headers, 'x-amz-content-sha256') ?? payloadHash(body)).headers,
  }
}

function signedWithTwo(
  { presigned, path, query = '' }: RawRequest,
  headers: Record<string, string>,
  toSign: ToSignTwo & { readonly date: Date },
): SignedRequest {
  if (!presigned) {
    return { path: query === '' ? path : `${path}?${query}`, headers: signHeadersTwo(toSign, toSign.date) }
  }
  const expiresAt = new Date(toSign.date.getTime() + presigned.expiresSeconds * 1000)
  return { path: `${path}?${presignQueryTwo(toSign, expiresAt)}`, headers }
}

function payloadHash(body: NonNullable<RawRequest['body']>): string {
  return typeof body === 'string' || body instanceof Uint8Array
    ? hash('sha256', body, 'hex')
    : 'UNSIGNED-PAYLOAD'
}

function headerValue(headers: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1]
}

/** Headers whose bytes are UTF-8, as they were signed: Node sends a byte for each character. */
function asUtf8(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Buffer.from(value).toString('latin1')]),
  )
}

function hasHeader(headers: Readonly<Record<string, string>>, name: string): boolean {
  return headerValue(headers, name) !== undefined
}

function sendBody(
  body: RawRequest['body'],
  outgoing: NodeJS.WritableStream,
  failed: (error: Error) => void,
): void {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
    // Bytes: with text Node sends the head in the text's encoding.
    outgoing.end(Buffer.from(body ?? ''))
  } else {
    pipeline(Readable.from(body), outgoing).catch(failed)
  }
}
