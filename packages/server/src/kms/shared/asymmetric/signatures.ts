import {
  constants,
  createPublicKey,
  type KeyObject,
  sign as signWith,
  verify as verifyWith,
} from 'node:crypto'
import { promisify } from 'node:util'
import type { Random } from '../../../base/random.ts'
import { KmsError } from '../kms-error.ts'
import { signEcdsa, verifyEcdsa } from './ec-digest.ts'
import { signEd25519ph, verifyEd25519ph } from './ed25519ph.ts'
import { privateKeyOf } from './key-secrets.ts'
import { ownTurn } from './own-turn.ts'
import { modulusBytes, signPkcs1, signPss, verifyPkcs1, verifyPss } from './rsa-digest.ts'

const signInThread = promisify(signWith)
const verifyInThread = promisify(verifyWith)

/** What is signed: a message, or its digest. */
export interface Signable {
  readonly algorithm: string
  readonly bytes: Uint8Array
  readonly isDigest: boolean
}

type Scheme = 'pkcs1' | 'pss' | 'ecdsa' | 'ed25519ph' | 'whole'

interface Method {
  readonly scheme: Scheme
  /** Absent: the algorithm makes none that there could be already. */
  readonly hash?: string
}

function methodOf(algorithm: string): Method {
  if (algorithm === 'ED25519_PH_SHA_512') return { scheme: 'ed25519ph', hash: 'sha512' }
  const [, family = '', bits] = /^(RSASSA_PKCS1_V1_5|RSASSA_PSS|ECDSA)_SHA_(\d+)$/.exec(algorithm) ?? []
  const schemes: Readonly<Record<string, Scheme>> = {
    RSASSA_PKCS1_V1_5: 'pkcs1',
    RSASSA_PSS: 'pss',
    ECDSA: 'ecdsa',
  }
  return { scheme: schemes[family] ?? 'whole', ...(bits !== undefined && { hash: `sha${bits}` }) }
}

/** Throws ValidationException for a digest that is none of the algorithm's. Signatures of ECDSA are DER, those of Ed25519 and ML-DSA as they are. */
export async function sign(secret: Uint8Array, signable: Signable, random: Random): Promise<Buffer> {
  const key = privateKeyOf(secret)
  const { bytes, isDigest } = signable
  const { scheme, hash = '' } = methodOf(signable.algorithm)
  assertMessageType(signable, scheme, hash)
  if (!isDigest) return signInThread(hash === '' ? null : hash, bytes, keyFor(scheme, key))
  await ownTurn()
  if (scheme === 'ecdsa') return signEcdsa(bytes, key, random)
  if (scheme === 'ed25519ph') return signEd25519ph(bytes, key)
  return scheme === 'pss' ? signPss(hash, bytes, key, random) : signPkcs1(hash, bytes, key)
}

/** Throws as `sign` does. */
export async function verify(
  secret: Uint8Array,
  signable: Signable,
  signature: Uint8Array,
): Promise<boolean> {
  const key = createPublicKey(privateKeyOf(secret))
  const { bytes, isDigest } = signable
  const { scheme, hash = '' } = methodOf(signable.algorithm)
  assertMessageType(signable, scheme, hash)
  // OpenSSL takes some that lack their leading zeros. Source: RFC 8017, sections 8.1.2 and 8.2.2, step 1.
  if ((scheme === 'pss' || scheme === 'pkcs1') && signature.length !== modulusBytes(key)) return false
  if (!isDigest) return verifyInThread(hash === '' ? null : hash, bytes, keyFor(scheme, key), signature)
  if (scheme === 'ecdsa' || scheme === 'ed25519ph') await ownTurn()
  if (scheme === 'ecdsa') return verifyEcdsa(bytes, key, signature)
  if (scheme === 'ed25519ph') return verifyEd25519ph(bytes, key, signature)
  return scheme === 'pss' ? verifyPss(hash, bytes, key, signature) : verifyPkcs1(hash, bytes, key, signature)
}

/** Source: AWS KMS Developer Guide, "Key spec reference", "RSASSA-PSS": the salt is as long as the digest. */
function keyFor(scheme: Scheme, key: KeyObject) {
  if (scheme !== 'pss') return { key }
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
}

const DIGEST_BYTES: Readonly<Record<string, number>> = { sha256: 32, sha384: 48, sha512: 64 }

/** Source: AWS KMS API Reference, Sign, MessageType: Ed25519ph hashes the digest that it is given once more, and takes nothing else. */
function assertMessageType({ algorithm, bytes, isDigest }: Signable, scheme: Scheme, hash: string): void {
  if (isDigest ? scheme === 'whole' : scheme === 'ed25519ph')
    throw invalid(`MessageType ${isDigest ? 'DIGEST' : 'RAW'} is not valid for the algorithm ${algorithm}.`)
  if (isDigest && bytes.length !== DIGEST_BYTES[hash])
    throw invalid(`Digest is invalid length for algorithm ${algorithm}.`)
}

function invalid(message: string): KmsError {
  return new KmsError('ValidationException', message)
}
