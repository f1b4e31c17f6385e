import type { RequestHead } from '../base/request-head.ts'
import type { QueryParameter, SignedQuery } from './canonical-request.ts'
import type { PresignedMember } from './presigned-member.ts'
import { MAX_SKEW_MILLISECONDS } from '../base/max-skew.ts'
import {
  type CredentialScope,
  type Endpoint,
  isSameEndpoint,
  LastScope,
  parseCredential,
  requireSameDay,
  sessionTokenOf,
} from './credential-scope.ts'
import type { SignatureClaim } from './signature-claim.ts'
import { SignatureFault, unsupportedMechanism } from './signature-fault.ts'
import { SIGNATURE_LIFE_SECONDS } from './signature-life.ts'
import { isoSeconds, parseTimestamp, type Timestamp } from './timestamp.ts'

/** Whether a query means to carry a signature. */
export function isPresigned({ parameters, signature }: SignedQuery): boolean {
  if (signature !== undefined) return true
  return parameters.some(
    ({ member }) => member === 'algorithm' || member === 'credential' || member === 'signature',
  )
}

/**
 * Reads the claim of a presigned request.
 * Source: Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters".
 */
export function readPresignedQuery(
  head: RequestHead,
  query: SignedQuery,
  endpoint: Endpoint,
  now: Date,
): SignatureClaim {
  const terms = termsOf(query.parameters, endpoint)
  if (query.signature !== undefined && terms.signature !== undefined) throw givenTwice('X-Amz-Signature')
  const signature = required(query.signature ?? terms.signature)
  requireInTime(terms, now)
  return {
    form: 'query',
    scope: terms.scope,
    timestamp: terms.timestamp,
    signedHeaders: terms.signedHeaders,
    signature,
    payloadHash: head.headers['x-amz-content-sha256'] ?? terms.payloadHash ?? 'UNSIGNED-PAYLOAD',
    sessionToken:
      terms.sessionToken ??
      sessionTokenOf(endpoint, head.headers['x-amz-security-token'], head.headers['x-amz-s3session-token']),
  }
}

/** What the parameters of a presigned URL say, all of them well formed. */
interface PresignedTerms extends Pick<SignatureClaim, 'scope' | 'timestamp' | 'signedHeaders'> {
  readonly expiresSeconds: number
  readonly payloadHash: string | undefined
  readonly sessionToken: string | undefined
  /** One that has not the form of any. */
  readonly signature: string | undefined
}

/** Those read last: URLs that were presigned together have the same parameters, in the very same list. */
let last:
  | {
      readonly parameters: readonly QueryParameter[]
      readonly endpoint: Endpoint
      readonly terms: PresignedTerms
    }
  | undefined

function termsOf(parameters: readonly QueryParameter[], endpoint: Endpoint): PresignedTerms {
  if (last?.parameters === parameters && isSameEndpoint(last.endpoint, endpoint)) return last.terms
  const terms = readTerms(parameters, endpoint)
  last = { parameters, endpoint, terms }
  return terms
}

function readTerms(parameters: readonly QueryParameter[], endpoint: Endpoint): PresignedTerms {
  const values = readValues(parameters)
  requireAlgorithm(values.algorithm)
  const scope = readScope(required(values.credential), endpoint)
  const timestamp = readTimestamp(required(values.date))
  requireSameDay(scope, timestamp.text, 'query')
  const expiresSeconds = readExpires(required(values.expires))
  const signedHeaders = readSignedHeaders(required(values.signedHeaders))
  const { payloadHash, signature } = values
  const sessionToken = sessionTokenOf(endpoint, values.sessionToken, values.directoryToken)
  return { scope, timestamp, signedHeaders, expiresSeconds, payloadHash, sessionToken, signature }
}

/** What a signature is made of, decoded, but for the credential, which is as it stands in the canonical query. */
type PresignedValues = { [Member in PresignedMember]: string | undefined }

/** Every `X-Amz-` parameter may stand only once, headers too. */
function readValues(parameters: readonly QueryParameter[]): PresignedValues {
  const values: PresignedValues = {
    algorithm: undefined,
    credential: undefined,
    date: undefined,
    directoryToken: undefined,
    expires: undefined,
    payloadHash: undefined,
    sessionToken: undefined,
    signature: undefined,
    signedHeaders: undefined,
  }
  let headers: Set<string> | undefined
  for (const { name, value, member } of parameters) {
    if (member) {
      if (values[member] !== undefined) throw givenTwice(name)
      values[member] = member === 'credential' ? value : decode(name, value)
    } else if (name.startsWith('X-Amz-')) {
      headers ??= new Set()
      if (headers.has(name)) throw givenTwice(name)
      headers.add(name)
      decode(name, value)
    }
  }
  return values
}

function decode(name: string, value: string): string {
  if (!value.includes('%')) return value
  try {
    return decodeURIComponent(value)
  } catch {
    throw queryFault(`${name} is not valid UTF-8`)
  }
}

const scopes = new LastScope()

function readScope(encoded: string, endpoint: Endpoint): CredentialScope {
  return scopes.of(encoded, endpoint, () =>
    parseCredential(decode('X-Amz-Credential', encoded), 'query', endpoint),
  )
}

/** Most URLs have the host signed alone. */
const HOST_ALONE: readonly string[] = ['host']

function readSignedHeaders(text: string): readonly string[] {
  return text === 'host' ? HOST_ALONE : text.split(';')
}

function required(value: string | undefined): string {
  if (value) return value
  throw queryFault(
    'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
  )
}

function requireAlgorithm(algorithm: string | undefined): void {
  if (algorithm === 'AWS4-HMAC-SHA256') return
  if (algorithm === 'AWS4-ECDSA-P256-SHA256') throw unsupportedMechanism()
  if (algorithm) throw queryFault('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"')
  required(undefined)
}

function readTimestamp(text: string): Timestamp {
  const timestamp = parseTimestamp(text)
  if (timestamp) return timestamp
  throw queryFault(`X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`)
}

function readExpires(text: string): number {
  if (!/^-?\d+$/.test(text)) throw queryFault('X-Amz-Expires should be a number')
  if (text.startsWith('-')) throw queryFault('X-Amz-Expires must be non-negative')
  const seconds = Number(text)
  if (seconds === 0) throw queryFault('X-Amz-Expires must be at least 1 second')
  if (seconds <= SIGNATURE_LIFE_SECONDS) return seconds
  throw queryFault(
    'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
  )
}

function requireInTime({ timestamp, expiresSeconds }: PresignedTerms, now: Date): void {
  const nowMilliseconds = now.getTime()
  const endMilliseconds = timestamp.milliseconds + expiresSeconds * 1000
  const refuse = (message: string, cause: Record<string, string>): never => {
    const times = { Expires: isoSeconds(endMilliseconds), ServerTime: isoSeconds(nowMilliseconds) }
    throw new SignatureFault('AccessDenied', message, { ...cause, ...times })
  }
  if (nowMilliseconds > endMilliseconds) {
    refuse('Request has expired', { 'X-Amz-Expires': String(expiresSeconds) })
  }
  if (timestamp.milliseconds > nowMilliseconds + MAX_SKEW_MILLISECONDS) {
    refuse('Request is not yet valid', { 'X-Amz-Date': String(timestamp.milliseconds) })
  }
}

function givenTwice(name: string): SignatureFault {
  return queryFault(`${name} must be given only once`)
}

function queryFault(message: string): SignatureFault {
  return new SignatureFault('AuthorizationQueryParametersError', message)
}
