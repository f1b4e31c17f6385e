import type { RequestHead } from '../base/request-head.ts'
import { noValidDate, requireSmallSkew } from './clock-skew.ts'
import {
  type Endpoint,
  LastScope,
  parseCredential,
  requireSameDay,
  sessionTokenOf,
} from './credential-scope.ts'
import type { SignatureClaim } from './signature-claim.ts'
import { SignatureFault, unsupportedMechanism } from './signature-fault.ts'
import { parseDateHeader, parseTimestamp, type Timestamp } from './timestamp.ts'

const scopes = new LastScope()

/**
 * Reads the claim of an `Authorization` header. Blanks around its commas and the order of its parts are free.
 * Source: Amazon S3 API Reference, "Authenticating Requests: Using the Authorization Header".
 */
export function readAuthorizationHeader(
  head: RequestHead,
  authorization: string,
  endpoint: Endpoint,
  now: Date,
): SignatureClaim {
  const parts = readParts(authorization)
  const { credential } = parts
  const scope = scopes.of(credential, endpoint, () => parseCredential(credential, 'header', endpoint))
  const timestamp = readTimestamp(head)
  requireSameDay(scope, timestamp.text, 'header')
  requireSmallSkew(head, timestamp, now)
  const payloadHash = head.headers['x-amz-content-sha256']
  if (payloadHash === undefined) {
    throw new SignatureFault(
      'InvalidRequest',
      'Missing required header for this request: x-amz-content-sha256',
    )
  }
  return {
    form: 'header',
    scope,
    timestamp,
    signedHeaders: parts.signedHeaders.split(';'),
    signature: parts.signature,
    payloadHash,
    sessionToken: sessionTokenOf(
      endpoint,
      head.headers['x-amz-security-token'],
      head.headers['x-amz-s3session-token'],
    ),
  }
}

interface AuthorizationParts {
  readonly credential: string
  readonly signedHeaders: string
  readonly signature: string
}

function readParts(authorization: string): AuthorizationParts {
  const { scheme, rest } = splitScheme(authorization)
  if (scheme === 'AWS4-ECDSA-P256-SHA256') throw unsupportedMechanism()
  if (scheme !== 'AWS4-HMAC-SHA256') throw invalidHeader('Unsupported Authorization Type', authorization)
  let credential: string | undefined
  let signedHeaders: string | undefined
  let signature: string | undefined
  for (const part of rest.split(',')) {
    const text = part.trim()
    if (text.startsWith('Credential=')) credential ??= text.slice(11)
    else if (text.startsWith('SignedHeaders=')) signedHeaders ??= text.slice(14)
    else if (text.startsWith('Signature=')) signature ??= text.slice(10)
  }
  if (!credential || !signedHeaders || !signature) {
    throw new SignatureFault(
      'AuthorizationHeaderMalformed',
      'The authorization header is malformed; the authorization header requires three components: Credential, SignedHeaders, and Signature.',
    )
  }
  return { credential, signedHeaders, signature }
}

function splitScheme(authorization: string): { scheme: string; rest: string } {
  const space = authorization.indexOf(' ')
  if (space === -1) {
    throw invalidHeader(
      "Authorization header is invalid -- one and only one ' ' (space) required",
      authorization,
    )
  }
  return { scheme: authorization.slice(0, space), rest: authorization.slice(space + 1) }
}

function invalidHeader(message: string, authorization: string): SignatureFault {
  return new SignatureFault('InvalidArgument', message, {
    ArgumentName: 'Authorization',
    ArgumentValue: authorization,
  })
}

function readTimestamp(head: RequestHead): Timestamp {
  const own = head.headers['x-amz-date']
  const timestamp = own === undefined ? parseDateHeader(head.headers['date'] ?? '') : parseTimestamp(own)
  if (timestamp) return timestamp
  throw noValidDate()
}
