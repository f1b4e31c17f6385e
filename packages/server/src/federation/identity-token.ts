import { compactVerify, type CryptoKey, decodeProtectedHeader, errors } from 'jose'
import type { QueryError } from '../model/query-error.ts'
import { isAllowedAlgorithm, type NamedKey } from './key-set.ts'
import { type Claims, invalidIdentityToken, readClaims } from './token-claims.ts'

/** A token as it says of itself, believed by nobody yet. */
export interface IdentityToken {
  readonly text: string
  readonly key: NamedKey
  /** The `iss` claim. */
  readonly issuer: string
}

/** Reads a signed token. Throws InvalidIdentityToken for what is none, or is signed as nobody may. */
export function readIdentityToken(text: string): IdentityToken {
  const parts = text.split('.')
  if (parts.length !== 3 || !parts.every((part) => /^[\w-]+$/.test(part))) throw noToken()
  const { alg: algorithm, kid: keyId, crit } = headerOf(text)
  if (!isAllowedAlgorithm(algorithm)) {
    throw invalidIdentityToken('The token is not signed with an algorithm that is allowed.')
  }
  // RFC 7515, section 4.1.11: whoever does not understand an extension must refuse it, and there is none here.
  if (crit !== undefined) throw invalidIdentityToken('The token asks for extensions that are not supported.')
  if (keyId !== undefined && typeof keyId !== 'string') throw noToken()
  const { iss: issuer } = readClaims(Buffer.from(parts[1] ?? '', 'base64url'))
  if (typeof issuer !== 'string') throw invalidIdentityToken('Missing a required claim: iss')
  return { text, key: { algorithm, keyId }, issuer }
}

function headerOf(text: string): ReturnType<typeof decodeProtectedHeader> {
  try {
    return decodeProtectedHeader(text)
  } catch (cause) {
    throw noToken(cause)
  }
}

/** The claims of a token. Throws InvalidIdentityToken unless the key signed it. */
export async function verifiedClaims(
  { text, key: { algorithm } }: IdentityToken,
  key: CryptoKey,
): Promise<Claims> {
  try {
    const { payload } = await compactVerify(text, key, { algorithms: [algorithm] })
    return readClaims(payload)
  } catch (cause) {
    // A TypeError: the key is none for the algorithm, too short perhaps.
    if (!(cause instanceof errors.JOSEError) && !(cause instanceof TypeError)) throw cause
    throw invalidIdentityToken('The signature of the token is not that of its provider.', cause)
  }
}

function noToken(cause?: unknown): QueryError {
  return invalidIdentityToken(
    'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
    cause,
  )
}
