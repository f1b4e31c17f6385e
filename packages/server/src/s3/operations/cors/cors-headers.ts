import { S3Error } from '../../../model/s3-error.ts'
import { findBucket } from '../../shared/bucket/bucket-row.ts'
import type { S3Service } from '../../shared/service/service.ts'
import { corsMethods, type CorsQuestion, type CorsRule, matchCors, readCorsRules } from './cors-rules.ts'

type Headers = Readonly<Record<string, string>>
type RequestHeaders = Readonly<Record<string, string | undefined>>

/** What a preflight asks about. */
export interface PreflightTarget {
  readonly bucket?: string | undefined
  readonly key?: string | undefined
}

/** Every origin has but these characters; and only these may stand in an answer. */
const ORIGIN = /^[\x21-\x7e]+$/

/**
 * The headers by which a browser lets a page read an answer: those of the first rule that matches, none where no rule
 * does, the bucket has none or does not exist. Whether the request itself succeeds does not matter.
 */
export async function corsHeaders(
  service: S3Service,
  bucketName: string,
  request: { readonly method: string; readonly headers: RequestHeaders },
): Promise<Headers> {
  const bucket = await findBucket(service.stores, bucketName)
  if (!bucket) return {}
  const rules = await readCorsRules(service, bucket)
  return (rules && allowed(rules, questionOf(request.method, request.headers))) ?? {}
}

/**
 * The headers that answer a browser's question whether it may send a request. Nothing but the bucket's rules matters: not
 * who asks, nor whether there is such a key. Throws BadRequest or AccessForbidden. Source: S3 API Reference, "OPTIONS
 * object"; S3 User Guide, "Troubleshooting CORS".
 */
export async function preflightHeaders(
  service: S3Service,
  { bucket: bucketName, key }: PreflightTarget,
  headers: RequestHeaders,
): Promise<Headers> {
  if (!headers['origin']) throw new S3Error('BadRequest')
  const method = headers['access-control-request-method']
  const bucket = bucketName === undefined ? undefined : await findBucket(service.stores, bucketName)
  if (!bucket) throw forbidden(method, 'BUCKET', 'CORSResponse: Bucket not found')
  const rules = await readCorsRules(service, bucket)
  if (!rules) throw forbidden(method, 'BUCKET', 'CORSResponse: CORS is not enabled for this bucket.')
  if (method === undefined || !corsMethods.has(method)) {
    const message = `Invalid Access-Control-Request-Method: ${method ?? 'null'}`
    throw new S3Error('BadRequest', {}, { message })
  }
  const answer = allowed(rules, questionOf(method, headers))
  if (!answer) throw forbidden(method, key === undefined ? 'BUCKET' : 'OBJECT')
  return answer
}

function forbidden(method: string | undefined, resource: 'BUCKET' | 'OBJECT', message?: string): S3Error {
  const fields = { Method: method ?? 'OPTIONS', ResourceType: resource }
  return new S3Error('AccessForbidden', fields, message === undefined ? {} : { message })
}

/** S3 heeds what a request announces even where it is no preflight, as people send it to see what S3 would say. */
function questionOf(method: string, headers: RequestHeaders): CorsQuestion {
  const names = headers['access-control-request-headers'] ?? ''
  return {
    origin: headers['origin'] ?? '',
    method: headers['access-control-request-method'] ?? method,
    requestHeaders: names
      .split(',')
      .map((name) => name.trim().toLowerCase())
      .filter((name) => name !== ''),
  }
}

function allowed(rules: readonly CorsRule[], question: CorsQuestion): Headers | undefined {
  const { origin, requestHeaders } = question
  if (!ORIGIN.test(origin) || !requestHeaders.every((name) => ORIGIN.test(name))) return undefined
  const rule = matchCors(rules, question)
  if (!rule) return undefined
  const { allowsAnyOrigin, methods, exposedHeaders, maxAgeSeconds } = rule
  return {
    'Access-Control-Allow-Origin': allowsAnyOrigin ? '*' : origin,
    ...(!allowsAnyOrigin && { 'Access-Control-Allow-Credentials': 'true' }),
    'Access-Control-Allow-Methods': [...methods].join(', '),
    ...(requestHeaders.length > 0 && { 'Access-Control-Allow-Headers': requestHeaders.join(', ') }),
    ...(exposedHeaders.length > 0 && { 'Access-Control-Expose-Headers': exposedHeaders.join(', ') }),
    ...(maxAgeSeconds !== undefined && { 'Access-Control-Max-Age': String(maxAgeSeconds) }),
    Vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  }
}
