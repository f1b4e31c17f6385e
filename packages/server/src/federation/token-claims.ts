import { isObject } from '../base/is-object.ts'
import { JsonFault, readJson } from '../base/read-json.ts'
import { QueryError } from '../model/query-error.ts'

export type Claims = Readonly<Record<string, unknown>>

/** What a token says of whom it is about. */
export interface TokenClaims {
  readonly subject: string
  /** The client that it was issued to. */
  readonly client: string
  readonly audiences: readonly string[]
  /** How whoever it is about was authenticated. */
  readonly methods: readonly string[]
  readonly email: string | undefined
}

/** Source: AWS STS API Reference, AssumeRoleWithWebIdentity, SubjectFromWebIdentityToken. */
const MOST_SUBJECT_CHARACTERS = 255
/** Goes into the session's token, as the subject does. */
const MOST_METHODS = 10
const MOST_METHOD_CHARACTERS = 64
/** Clocks of providers and ours may differ by so much. */
const MOST_SKEW_SECONDS = 300

/** The claims of a payload, whatever they are. Throws InvalidIdentityToken where it is no JSON object. */
export function readClaims(payload: Uint8Array): Claims {
  try {
    const claims = readJson(payload)
    if (isObject(claims)) return claims
  } catch (cause) {
    if (!(cause instanceof JsonFault)) throw cause
    throw invalidIdentityToken(
      'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
      cause,
    )
  }
  throw invalidIdentityToken('The payload of the token is no JSON object.')
}

/**
 * Checks the claims of a token whose signature is good. Throws ExpiredTokenException, InvalidIdentityToken, and
 * IDPRejectedClaim where its time has not come.
 */
export function checkedClaims(claims: Claims, clientIds: readonly string[], now: Date): TokenClaims {
  checkTimes(claims, now.getTime() / 1000)
  const { sub: subject, email } = claims
  if (typeof subject !== 'string' || subject === '') throw missing('sub')
  if (subject.length > MOST_SUBJECT_CHARACTERS) throw invalidIdentityToken('The claim sub is too long.')
  const audiences = textsOf(claims['aud'])
  if (!audiences || audiences.length === 0) throw missing('aud')
  const client = clientOf(claims, audiences)
  if (client === undefined || !clientIds.includes(client))
    throw invalidIdentityToken('Incorrect token audience')
  const methods = claims['amr'] === undefined ? [] : methodsOf(claims['amr'])
  return { subject, client, audiences, methods, email: typeof email === 'string' ? email : undefined }
}

function checkTimes({ iat, exp, nbf }: Claims, nowSeconds: number): void {
  if (typeof exp !== 'number') throw missing('exp')
  if (typeof iat !== 'number') throw missing('iat')
  if (exp <= nowSeconds) {
    const message = `Token expired: current date/time ${Math.floor(nowSeconds)} must be before the expiration date/time ${exp}`
    throw new QueryError('ExpiredTokenException', message)
  }
  const latest = nowSeconds + MOST_SKEW_SECONDS
  if (iat > latest) throw rejectedClaim('The token was issued in the future.')
  if (nbf === undefined) return
  if (typeof nbf !== 'number') throw invalidIdentityToken('The claim nbf is no number.')
  if (nbf > latest) throw rejectedClaim('The token is not valid yet.')
}

/** Source: IAM User Guide, "IAM and AWS STS condition context keys", on OIDC federation: "If no value is set for azp, the aud condition key maps to the aud claim." */
function clientOf({ azp }: Claims, audiences: readonly string[]): string | undefined {
  if (azp === undefined) return audiences.length === 1 ? audiences[0] : undefined
  return typeof azp === 'string' ? azp : undefined
}

function methodsOf(amr: unknown): readonly string[] {
  const methods = textsOf(amr)
  const isShort = methods?.every((method) => method.length <= MOST_METHOD_CHARACTERS)
  if (methods && isShort && methods.length <= MOST_METHODS) return methods
  throw invalidIdentityToken('The claim amr is no short list of strings.')
}

/** A text or a list of texts; `undefined` where it is neither. */
export function textsOf(value: unknown): readonly string[] | undefined {
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value]
  return texts.every((text) => typeof text === 'string') ? texts : undefined
}

export function invalidIdentityToken(message: string, cause?: unknown): QueryError {
  return new QueryError('InvalidIdentityToken', message, { cause })
}

export function rejectedClaim(message: string): QueryError {
  return new QueryError('IDPRejectedClaim', message)
}

function missing(claim: string): QueryError {
  return invalidIdentityToken(`Missing a required claim: ${claim}`)
}
