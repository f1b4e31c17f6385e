import { type Soon, soon } from '../base/soon.ts'
import { type Credential, invalidToken, requireSessionToken, unknownAccessKey } from './credential.ts'
import type { CredentialScope } from './credential-scope.ts'
import { SignatureFault } from './signature-fault.ts'
import { signatureMismatch, withoutCustomerKeys } from './signature-mismatch.ts'
import { type SigningKey, type SigningKeyCache, signaturesEqual } from './signing-key.ts'

/** Whom a signature is said to be from. */
export interface SignedBy {
  readonly scope: CredentialScope
  readonly sessionToken: string | undefined
  readonly signature: string
}

/** What is signed. */
export interface ToSign {
  readonly text: string
  /** In lower-case hexadecimal. */
  signedWith(key: SigningKey): string
}

/** What is signed once. */
export class TextToSign implements ToSign {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  signedWith(key: SigningKey): string {
    return key.sign(this.text)
  }
}

export interface CheckOptions<Found extends Credential> {
  readonly now: Date
  readonly keys: SigningKeyCache
  /** Looks an access key up; `undefined` where there is none. Its token is checked afterwards, not here. */
  findCredential(accessKeyId: string, sessionToken: string | undefined): Soon<Found | undefined>
}

/**
 * Checks the signature of what is to be signed, or of one of several that mean the same, wherever it came from: a request,
 * or the policy of a POST form. Throws
 * `SignatureFault`: InvalidAccessKeyId, InvalidToken, ExpiredToken, or SignatureDoesNotMatch with `details` as further
 * fields.
 */
export function checkSignature<Found extends Credential>(
  { scope, sessionToken, signature }: SignedBy,
  ways: readonly [ToSign, ...ToSign[]],
  options: CheckOptions<Found>,
  details?: () => Record<string, string>,
): Soon<{ credential: Found; key: SigningKey }> {
  const { accessKeyId } = scope
  return soon(options.findCredential(accessKeyId, sessionToken), (found) => {
    const credential = knownSigner(found, accessKeyId, sessionToken, options.now)
    const key = options.keys.keyFor(credential.secretAccessKey, scope)
    if (ways.some((way) => signaturesEqual(way.signedWith(key), signature))) return { credential, key }
    throw doesNotMatch(accessKeyId, ways[0].text, signature, details)
  })
}

/** What was found of an access key, held to the session token that came with it. Throws where either is wrong. */
export function knownSigner<Found extends Credential>(
  credential: Found | undefined,
  accessKeyId: string,
  sessionToken: string | undefined,
  now: Date,
): Found {
  // A key of a session is known by its token alone.
  const isOfSession = sessionToken !== undefined && accessKeyId.startsWith('ASIA')
  if (!credential) throw isOfSession ? invalidToken(sessionToken) : unknownAccessKey(accessKeyId)
  requireSessionToken(sessionToken, credential, accessKeyId, now)
  return credential
}

export function doesNotMatch(
  accessKeyId: string,
  stringToSign: string,
  signature: string,
  details?: () => Record<string, string>,
): SignatureFault {
  // Of Version 2 the string itself holds headers.
  const shown = withoutCustomerKeys(stringToSign)
  return new SignatureFault(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    { ...signatureMismatch(accessKeyId, shown, signature), ...details?.() },
  )
}
