import { type CryptoKey, importJWK, type JWK } from 'jose'
import { isObject } from '../base/is-object.ts'
import { ProviderFailure } from './provider-documents.ts'

/** Source: IAM User Guide, "Create an OpenID Connect (OIDC) identity provider in IAM", on signing tokens. */
const KEY_TYPES: Readonly<Record<string, 'RSA' | 'EC'>> = {
  RS256: 'RSA',
  RS384: 'RSA',
  RS512: 'RSA',
  ES256: 'EC',
  ES384: 'EC',
  ES512: 'EC',
}

/** Of each type, without which none of that type counts. Source: the page above. */
const MOST_KEYS = 100
/** 8,192 bits: what is larger takes long to verify, and nobody signs with it. */
const MOST_MODULUS_CHARACTERS = 1366

export function isAllowedAlgorithm(algorithm: string | undefined): algorithm is string {
  return algorithm !== undefined && Object.hasOwn(KEY_TYPES, algorithm)
}

/** Which key a token says it is signed with. */
export interface NamedKey {
  readonly algorithm: string
  /** Absent: the only one that there is. */
  readonly keyId: string | undefined
}

/** The keys that a provider publishes. */
export class KeySet {
  readonly #keys: readonly PublicKey[]
  readonly #imported = new Map<string, Promise<CryptoKey>>()

  /** `document`: a JWK set (RFC 7517). Throws {@link ProviderFailure} where it is none. */
  constructor(document: unknown) {
    const keys = isObject(document) ? document['keys'] : undefined
    if (!Array.isArray(keys)) throw new ProviderFailure('unusable', 'its key set has no list of keys')
    const all = keys.flatMap(publicKeys)
    const count = (type: string) => all.filter(({ jwk }) => jwk.kty === type).length
    const tooMany = new Set(['RSA', 'EC'].filter((type) => count(type) > MOST_KEYS))
    this.#keys = all.filter(({ jwk }) => !tooMany.has(jwk.kty))
  }

  /** `undefined` where there is no such key, or more than one and the token names none. Rejects with a {@link ProviderFailure} for a key that is none. */
  find({ algorithm, keyId }: NamedKey): Promise<CryptoKey> | undefined {
    const ofType = this.#keys.filter(({ jwk }) => jwk.kty === KEY_TYPES[algorithm])
    const named = keyId === undefined ? ofType : ofType.filter(({ id }) => id === keyId)
    const found = keyId === undefined && named.length > 1 ? undefined : named.at(-1)
    if (!found) return undefined
    const name = `${algorithm} ${keyId ?? ''}`
    const known = this.#imported.get(name) ?? imported(found.jwk, algorithm)
    this.#imported.set(name, known)
    return known
  }
}

interface PublicKey {
  readonly id: string | undefined
  readonly jwk: JWK & { readonly kty: string }
}

/** What of a key counts: no private part, no certificate. None for one that is not for signatures. */
function publicKeys(key: unknown): readonly PublicKey[] {
  if (!isObject(key) || !isForSignatures(key)) return []
  const { kty, kid, n, e, crv, x, y } = key
  const id = typeof kid === 'string' ? kid : undefined
  if (kty === 'RSA' && typeof n === 'string' && typeof e === 'string') {
    return n.length > MOST_MODULUS_CHARACTERS ? [] : [{ id, jwk: { kty, n, e } }]
  }
  const isCurve = typeof crv === 'string' && typeof x === 'string' && typeof y === 'string'
  return kty === 'EC' && isCurve ? [{ id, jwk: { kty, crv, x, y } }] : []
}

function isForSignatures({ use, key_ops: operations }: Readonly<Record<string, unknown>>): boolean {
  if (use !== undefined && use !== 'sig') return false
  return operations === undefined || (Array.isArray(operations) && operations.includes('verify'))
}

async function imported(jwk: JWK, algorithm: string): Promise<CryptoKey> {
  try {
    const key = await importJWK(jwk, algorithm)
    if (!(key instanceof Uint8Array)) return key
  } catch (cause) {
    throw new ProviderFailure('unusable', 'one of its keys is none', { cause })
  }
  throw new ProviderFailure('unusable', 'one of its keys is a secret')
}
