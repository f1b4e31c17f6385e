import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { encodeQueryText } from './uri-encoding.ts'

/** Who signs. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

export interface Scope {
  readonly credentials: Credentials
  readonly region: string
  readonly service: string
  readonly now: Date
}

/** What is signed of a request. */
export interface SignedRequest {
  readonly method: string
  /** Percent-encoded; slashes stand as they are. */
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  /** Names in lower case, the host among them. All are signed. */
  readonly headers: Readonly<Record<string, string>>
  /** SHA-256 of the body in hexadecimal digits, or `UNSIGNED-PAYLOAD`. */
  readonly payload: string
}

const ALGORITHM = 'AWS4-HMAC-SHA256'

/** The Authorization header of Signature Version 4. `headers` must have `x-amz-date` of the same moment. */
export function authorizationHeader(request: SignedRequest, scope: Scope): string {
  const credential = `${scope.credentials.accessKeyId}/${scopeText(scope)}`
  const signedHeaders = signedNames(request.headers).join(';')
  return `${ALGORITHM} Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=${signature(request, scope)}`
}

/** The query of a link that anybody may open until it expires. */
export function presignedQuery(
  request: Omit<SignedRequest, 'payload'>,
  scope: Scope,
  expiresInSeconds: number,
): string {
  const { accessKeyId, sessionToken } = scope.credentials
  const query = {
    ...request.query,
    'X-Amz-Algorithm': ALGORITHM,
    'X-Amz-Credential': `${accessKeyId}/${scopeText(scope)}`,
    'X-Amz-Date': timeText(scope.now),
    'X-Amz-Expires': String(expiresInSeconds),
    'X-Amz-SignedHeaders': signedNames(request.headers).join(';'),
    ...(sessionToken !== undefined && { 'X-Amz-Security-Token': sessionToken }),
  }
  const signed = signature({ ...request, query, payload: 'UNSIGNED-PAYLOAD' }, scope)
  return `${queryText(query)}&X-Amz-Signature=${signed}`
}

/** `20260131T235959Z`. */
export function timeText(now: Date): string {
  return now.toISOString().replaceAll(/[-:]|\.\d{3}/g, '')
}

/** Sorted by names and encoded as it is signed, so that it may be sent as it is. */
export function queryText(query: Readonly<Record<string, string>>): string {
  const texts = new Map(
    Object.entries(query).map(([name, value]) => [encodeQueryText(name), encodeQueryText(value)]),
  )
  return [...texts.keys()]
    .sort()
    .map((name) => `${name}=${texts.get(name)}`)
    .join('&')
}

function signature(request: SignedRequest, scope: Scope): string {
  const text = [ALGORITHM, timeText(scope.now), scopeText(scope), digest(canonicalRequest(request))].join(
    '\n',
  )
  return bytesToHex(keyed(signingKey(scope), text))
}

function canonicalRequest({ method, path, query, headers, payload }: SignedRequest): string {
  const names = signedNames(headers)
  const lines = names.map((name) => `${name}:${(headers[name] ?? '').trim().replaceAll(/ +/g, ' ')}\n`)
  return [method, path, queryText(query), lines.join(''), names.join(';'), payload].join('\n')
}

function signingKey({ credentials, region, service, now }: Scope): Uint8Array {
  const steps = [timeText(now).slice(0, 8), region, service, 'aws4_request']
  return steps.reduce(keyed, utf8ToBytes(`AWS4${credentials.secretAccessKey}`))
}

function scopeText({ region, service, now }: Scope): string {
  return `${timeText(now).slice(0, 8)}/${region}/${service}/aws4_request`
}

function signedNames(headers: Readonly<Record<string, string>>): string[] {
  return Object.keys(headers).sort()
}

function keyed(key: Uint8Array, text: string): Uint8Array {
  return hmac(sha256, key, utf8ToBytes(text))
}

function digest(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)))
}
