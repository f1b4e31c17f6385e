import type { RequestHead } from '../base/request-head.ts'
import type { QueryParameter } from './canonical-request.ts'
import { MAX_SKEW_MILLISECONDS } from './clock-skew.ts'
import {
  type CredentialScope,
  type Endpoint,
  LastScope,
  parseCredential,
  requireSameDay,
} from './credential-scope.ts'
import type { SignatureClaim } from './signature-claim.ts'
import { SignatureFault, unsupportedMechanism } from './signature-fault.ts'
import { isoSeconds, parseTimestamp, type Timestamp } from './timestamp.ts'

const MAX_EXPIRES_SECONDS = 7 * 24 * 60 * 60

/** Whether a query means to carry a signature. */
export function isPresigned(parameters: readonly QueryParameter[]): boolean {
  return parameters.some(
    ({ name }) => name === 'X-Amz-Algorithm' || name === 'X-Amz-Credential' || name === 'X-Amz-Signature',
  )
}

/**
 * Reads the claim of a presigned request.
 * Source: Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters".
 */
export function readPresignedQuery(
  head: RequestHead,
  parameters: readonly QueryParameter[],
  endpoint: Endpoint,
  now: Date,
): SignatureClaim {
  const values = readValues(parameters)
  requireAlgorithm(values.algorithm)
  const scope = readScope(required(values.credential), endpoint)
  const timestamp = readTimestamp(required(values.date))
  requireSameDay(scope, timestamp.text, 'query')
  const expiresSeconds = readExpires(required(values.expires))
  const signedHeaders = readSignedHeaders(required(values.signedHeaders))
  const signature = required(values.signature)
  requireInTime(timestamp, expiresSeconds, now)
  return {
    form: 'query',
    scope,
    timestamp,
    signedHeaders,
    signature,
    payloadHash: head.headers['x-amz-content-sha256'] ?? values.payloadHash ?? 'UNSIGNED-PAYLOAD',
    sessionToken: values.sessionToken ?? head.headers['x-amz-security-token'],
  }
}

/** What a signature is made of, decoded, but for the credential, which is as it stands in the canonical query. */
interface PresignedValues {
  algorithm: string | undefined
  credential: string | undefined
  date: string | undefined
  expires: string | undefined
  payloadHash: string | undefined
  sessionToken: string | undefined
  signature: string | undefined
  signedHeaders: string | undefined
}

/**
 * Names are compared one by one: a map would have V8 intern each, which costs more than all comparisons. Every `X-Amz-` parameter
 * may stand only once.
 */
function readValues(parameters: readonly QueryParameter[]): PresignedValues {
  const values: PresignedValues = {
    algorithm: undefined,
    credential: undefined,
    date: undefined,
    expires: undefined,
    payloadHash: undefined,
    sessionToken: undefined,
    signature: undefined,
    signedHeaders: undefined,
  }
  let others: Set<string> | undefined
  for (const { name, value } of parameters) {
    if (!name.startsWith('X-Amz-')) continue
    const member = memberOf(name)
    if (member === undefined) {
      others ??= new Set()
      if (others.has(name)) throw givenTwice(name)
      others.add(name)
      decode(name, value)
    } else {
      if (values[member] !== undefined) throw givenTwice(name)
      values[member] = member === 'credential' ? value : decode(name, value)
    }
  }
  return values
}

function memberOf(name: string): keyof PresignedValues | undefined {
  switch (name) {
    case 'X-Amz-Algorithm':
      return 'algorithm'
    case 'X-Amz-Content-Sha256':
      return 'payloadHash'
    case 'X-Amz-Credential':
      return 'credential'
    case 'X-Amz-Date':
      return 'date'
    case 'X-Amz-Expires':
      return 'expires'
    case 'X-Amz-Security-Token':
      return 'sessionToken'
    case 'X-Amz-Signature':
      return 'signature'
    case 'X-Amz-SignedHeaders':
      return 'signedHeaders'
    default:
      return undefined
  }
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
  const known = scopes.find(encoded, endpoint)
  if (known) return known
  return scopes.keep(
    encoded,
    endpoint,
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
  if (seconds <= MAX_EXPIRES_SECONDS) return seconds
  throw queryFault(
    'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
  )
}

function requireInTime(timestamp: Timestamp, expiresSeconds: number, now: Date): void {
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
