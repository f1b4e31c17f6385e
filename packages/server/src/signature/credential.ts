import { timingSafeEqual } from 'node:crypto'
import { SignatureFault } from './signature-fault.ts'

/** What is known of an access key. */
export interface Credential {
  readonly secretAccessKey: string
  /** Temporary credentials: the token that must come with the access key. */
  readonly sessionToken?: string
  /** Temporary credentials: when they end. */
  readonly expiresAt?: Date
}

/**
 * Holds a request's session token to its access key: temporary credentials come with their token and in their time,
 * long-lived ones without any.
 */
export function requireSessionToken(
  token: string | undefined,
  credential: Credential,
  accessKeyId: string,
  now: Date,
): void {
  const { sessionToken, expiresAt } = credential
  if (token === undefined && sessionToken === undefined) return
  if (token === undefined) throw unknownAccessKey(accessKeyId)
  if (sessionToken === undefined || !equalInConstantTime(token, sessionToken)) {
    throw invalidToken(token)
  }
  if (expiresAt !== undefined && expiresAt <= now) {
    throw new SignatureFault('ExpiredToken', 'The provided token has expired.', { 'Token-0': token })
  }
}

export function invalidToken(token: string): SignatureFault {
  return new SignatureFault('InvalidToken', 'The provided token is malformed or otherwise invalid.', {
    'Token-0': token,
  })
}

/** S3 says openly that it does not know a key, so nothing is gained by spending the time of a check on it. */
export function unknownAccessKey(accessKeyId: string): SignatureFault {
  return new SignatureFault(
    'InvalidAccessKeyId',
    'The AWS Access Key Id you provided does not exist in our records.',
    { AWSAccessKeyId: accessKeyId },
  )
}

/** How long a token is is no secret. */
function equalInConstantTime(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)]
  return one.length === other.length && timingSafeEqual(one, other)
}
