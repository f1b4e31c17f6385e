/**
 * A signer of our own for tests, after "Authenticating Requests (AWS Signature Version 4)" in the Amazon S3 API
 * Reference. It shares no code with the server: a server checked by its own signer would prove nothing.
 */
import { createHmac, hash } from 'node:crypto'
import { type Credentials, testRegion } from './accounts.ts'

export interface ToSign {
  readonly method: string
  /** As it is sent: percent-encoded, without the query. */
  readonly path: string
  /** The path in the canonical request, where the client makes another of it than AWS's. */
  readonly canonicalPath?: string
  /** As it is sent: percent-encoded, without the question mark. */
  readonly query?: string
  /** All of these are signed, `host` among them. Names may have any case. */
  readonly headers: Readonly<Record<string, string>>
  readonly credentials: Credentials
  readonly date: Date
  readonly region?: string
  readonly service?: string
}

export interface SigningContext {
  readonly timestamp: string
  readonly scope: string
  readonly signingKey: Buffer
  /** The signature before the one to make: the request's for the first chunk. */
  readonly signature: string
}

/** AWS's URI encoding: everything but A–Z a–z 0–9 - . _ ~ becomes %XX of its UTF-8 bytes. */
export function uriEncode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** An object key as a path: `/bucket/key` with the key's slashes kept. */
export function objectPath(bucket: string, key: string): string {
  return `/${bucket}/${key.split('/').map(uriEncode).join('/')}`
}

export function amzTimestamp(date: Date): string {
  return date.toISOString().replaceAll(/[-:]|\.\d+/g, '')
}

/** Signs in the header. Returns the headers to send, and what signs the chunks of an aws-chunked body. */
export function signHeaders(
  request: ToSign,
  payloadHash: string,
): { headers: Record<string, string>; context: SigningContext } {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) headers[name.toLowerCase()] = value
  headers['x-amz-date'] ??= amzTimestamp(request.date)
  headers['x-amz-content-sha256'] = payloadHash
  if (request.credentials.sessionToken) headers['x-amz-security-token'] = request.credentials.sessionToken

  const context = sign(request, headers, request.query ?? '', payloadHash)
  const credential = `${request.credentials.accessKeyId}/${context.scope}`
  headers['authorization'] =
    `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=${signedHeaderNames(headers)},Signature=${context.signature}`
  return { headers, context }
}

/** Signs in the query. Returns the whole query string to send; the headers given must be sent as well. */
export function presignQuery(request: ToSign, expiresSeconds: number): string {
  const { credentials, date } = request
  const parameters = [
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `${credentials.accessKeyId}/${scopeOf(request)}`],
    ['X-Amz-Date', amzTimestamp(date)],
    ['X-Amz-Expires', String(expiresSeconds)],
    ['X-Amz-SignedHeaders', signedHeaderNames(request.headers)],
    ...(credentials.sessionToken ? [['X-Amz-Security-Token', credentials.sessionToken]] : []),
  ].map(([name = '', value = '']) => `${name}=${uriEncode(value)}`)
  const query = [...(request.query ? [request.query] : []), ...parameters].join('&')
  const { signature } = sign(request, request.headers, query, 'UNSIGNED-PAYLOAD')
  return `${query}&X-Amz-Signature=${signature}`
}

/** The signature of the next chunk; pass it on as `context.signature` for the one after. */
export function signChunk(context: SigningContext, chunk: Uint8Array): string {
  return signText(context, 'AWS4-HMAC-SHA256-PAYLOAD', [sha256(''), sha256(chunk)])
}

/** The signature of the trailing headers, given as `name:value\n` lines. */
export function signTrailer(context: SigningContext, trailer: string): string {
  return signText(context, 'AWS4-HMAC-SHA256-TRAILER', [sha256(trailer)])
}

function sign(
  request: ToSign,
  headers: Readonly<Record<string, string>>,
  query: string,
  payloadHash: string,
): SigningContext {
  const { date, region = testRegion, service = 's3', credentials } = request
  const canonical = canonicalRequest(request, headers, query, payloadHash)
  const timestamp = amzTimestamp(date)
  const scope = scopeOf(request)
  const signingKey = [timestamp.slice(0, 8), region, service, 'aws4_request'].reduce<Buffer>(
    (key, part) => hmac(key, part),
    Buffer.from(`AWS4${credentials.secretAccessKey}`),
  )
  const toSign = ['AWS4-HMAC-SHA256', timestamp, scope, sha256(canonical)].join('\n')
  return { timestamp, scope, signingKey, signature: hmac(signingKey, toSign).toString('hex') }
}

function canonicalRequest(
  request: ToSign,
  headers: Readonly<Record<string, string>>,
  query: string,
  payloadHash: string,
): string {
  const lines = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value.trim().replaceAll(/ +/g, ' ')] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value}\n`)
  return [
    request.method,
    request.canonicalPath ??
      request.path
        .split('/')
        .map((segment) => uriEncode(decodeURIComponent(segment)))
        .join('/'),
    canonicalQuery(query),
    lines.join(''),
    signedHeaderNames(headers),
    payloadHash,
  ].join('\n')
}

function canonicalQuery(query: string): string {
  return (
    query
      .split('&')
      .filter((part) => part !== '')
      .map((part) => {
        const equals = part.indexOf('=')
        const name = equals < 0 ? part : part.slice(0, equals)
        const value = equals < 0 ? '' : part.slice(equals + 1)
        return [uriEncode(decodeURIComponent(name)), uriEncode(decodeURIComponent(value))] as const
      })
      // By name, then by value: `select` comes before `select-type`, which the whole pairs would turn round.
      .sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${value}`)
      .join('&')
  )
}

function scopeOf({ date, region = testRegion, service = 's3' }: ToSign): string {
  return `${amzTimestamp(date).slice(0, 8)}/${region}/${service}/aws4_request`
}

function signText(context: SigningContext, algorithm: string, rest: readonly string[]): string {
  const text = [algorithm, context.timestamp, context.scope, context.signature, ...rest].join('\n')
  return hmac(context.signingKey, text).toString('hex')
}

function signedHeaderNames(headers: Readonly<Record<string, string>>): string {
  return Object.keys(headers)
    .map((name) => name.toLowerCase())
    .sort()
    .join(';')
}

function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function sha256(bytes: Uint8Array | string): string {
  return hash('sha256', bytes, 'hex')
}
