import type { KmsKeyRow } from '../../metadata/tables/kms-tables.ts'
import { KmsError } from './kms-error.ts'

export const KEY_USAGES = [
  'ENCRYPT_DECRYPT',
  'SIGN_VERIFY',
  'GENERATE_VERIFY_MAC',
  'KEY_AGREEMENT',
  'ENCAPSULATE_DECAPSULATE',
] as const
export type KeyUsage = (typeof KEY_USAGES)[number]

/** What a kind of key is: its uses, the default first, with their algorithms. Source: AWS KMS Developer Guide, "Key spec reference". */
export interface KeySpec {
  readonly name: string
  readonly algorithms: Readonly<Partial<Record<KeyUsage, readonly string[]>>>
  readonly secret: SecretKind
}

/** How a key's secret is made, and what it is. */
export type SecretKind =
  | { readonly kind: 'aes' }
  | { readonly kind: 'hmac'; readonly hash: string; readonly sizeBytes: number }
  | { readonly kind: 'rsa'; readonly modulusBits: number }
  /** `curve` as OpenSSL calls it. */
  | { readonly kind: 'ec'; readonly curve: string }
  | { readonly kind: 'edwards' }
  | { readonly kind: 'ml-dsa'; readonly parameters: 'ml-dsa-44' | 'ml-dsa-65' | 'ml-dsa-87' }
  | { readonly kind: 'ml-kem'; readonly parameters: 'ml-kem-512' | 'ml-kem-768' | 'ml-kem-1024' }

export const SYMMETRIC_DEFAULT = 'SYMMETRIC_DEFAULT'

/** No key here has the last one. */
export const ENCRYPTION_ALGORITHMS = [
  SYMMETRIC_DEFAULT,
  'RSAES_OAEP_SHA_1',
  'RSAES_OAEP_SHA_256',
  'SM2PKE',
] as const

const RSA_SIGNATURES = [
  'RSASSA_PKCS1_V1_5_SHA_256',
  'RSASSA_PKCS1_V1_5_SHA_384',
  'RSASSA_PKCS1_V1_5_SHA_512',
  'RSASSA_PSS_SHA_256',
  'RSASSA_PSS_SHA_384',
  'RSASSA_PSS_SHA_512',
]

function rsa(modulusBits: number): KeySpec {
  const algorithms = {
    ENCRYPT_DECRYPT: ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'],
    SIGN_VERIFY: RSA_SIGNATURES,
  }
  return { name: `RSA_${modulusBits}`, algorithms, secret: { kind: 'rsa', modulusBits } }
}

function elliptic(name: string, curve: string, signature: string): KeySpec {
  const algorithms = { SIGN_VERIFY: [signature], KEY_AGREEMENT: ['ECDH'] }
  return { name, algorithms, secret: { kind: 'ec', curve } }
}

function mlDsa(size: 44 | 65 | 87): KeySpec {
  const algorithms = { SIGN_VERIFY: ['ML_DSA_SHAKE_256'] }
  return { name: `ML_DSA_${size}`, algorithms, secret: { kind: 'ml-dsa', parameters: `ml-dsa-${size}` } }
}

function mlKem(size: 512 | 768 | 1024): KeySpec {
  const algorithms = { ENCAPSULATE_DECAPSULATE: ['ML_KEM'] }
  return { name: `ML_KEM_${size}`, algorithms, secret: { kind: 'ml-kem', parameters: `ml-kem-${size}` } }
}

function hmac(bits: number, sizeBytes: number): KeySpec {
  const algorithms = { GENERATE_VERIFY_MAC: [`HMAC_SHA_${bits}`] }
  return { name: `HMAC_${bits}`, algorithms, secret: { kind: 'hmac', hash: `sha${bits}`, sizeBytes } }
}

const SPECS: readonly KeySpec[] = [
  { name: SYMMETRIC_DEFAULT, algorithms: { ENCRYPT_DECRYPT: [SYMMETRIC_DEFAULT] }, secret: { kind: 'aes' } },
  rsa(2048),
  rsa(3072),
  rsa(4096),
  elliptic('ECC_NIST_P256', 'prime256v1', 'ECDSA_SHA_256'),
  elliptic('ECC_NIST_P384', 'secp384r1', 'ECDSA_SHA_384'),
  elliptic('ECC_NIST_P521', 'secp521r1', 'ECDSA_SHA_512'),
  {
    name: 'ECC_SECG_P256K1',
    algorithms: { SIGN_VERIFY: ['ECDSA_SHA_256'] },
    secret: { kind: 'ec', curve: 'secp256k1' },
  },
  {
    name: 'ECC_NIST_EDWARDS25519',
    algorithms: { SIGN_VERIFY: ['ED25519_SHA_512', 'ED25519_PH_SHA_512'] },
    secret: { kind: 'edwards' },
  },
  mlDsa(44),
  mlDsa(65),
  mlDsa(87),
  mlKem(512),
  mlKem(768),
  mlKem(1024),
  hmac(224, 28),
  hmac(256, 32),
  hmac(384, 48),
  hmac(512, 64),
]

const BY_NAME = new Map(SPECS.map((spec) => [spec.name, spec]))

export const KEY_SPEC_NAMES = SPECS.map(({ name }) => name)

/** The last one is known, and no key here has it. */
export const SIGNING_ALGORITHMS = [...algorithmsFor('SIGN_VERIFY'), 'SM2DSA']
export const MAC_ALGORITHMS = algorithmsFor('GENERATE_VERIFY_MAC')

/** Of pairs that are given away. Source: AWS KMS API Reference, GenerateDataKeyPair, KeyPairSpec. */
export const KEY_PAIR_SPEC_NAMES = SPECS.filter(({ secret }) =>
  ['rsa', 'ec', 'edwards', 'ml-kem'].includes(secret.kind),
).map(({ name }) => name)

function algorithmsFor(usage: KeyUsage): string[] {
  return [...new Set(SPECS.flatMap(({ algorithms }) => algorithms[usage] ?? []))]
}

/** Throws where a key of a newer version is read. */
export function specNamed(name: string): KeySpec {
  const spec = BY_NAME.get(name)
  if (!spec) throw new KmsError('UnsupportedOperationException', `KeySpec ${name} is not supported here.`)
  return spec
}

export function specOf({ spec = SYMMETRIC_DEFAULT }: Pick<KmsKeyRow, 'spec'>): KeySpec {
  return specNamed(spec)
}

export function usageOf({ usage }: Pick<KmsKeyRow, 'usage'>): KeyUsage {
  return usage ?? 'ENCRYPT_DECRYPT'
}

/** Which keys may take the place of one another behind an alias. Source: AWS KMS API Reference, UpdateAlias. */
export function typeOf(row: Pick<KmsKeyRow, 'spec'>): 'symmetric' | 'hmac' | 'asymmetric' {
  const { kind } = specOf(row).secret
  if (kind === 'aes') return 'symmetric'
  return kind === 'hmac' ? 'hmac' : 'asymmetric'
}

export function isSymmetric({ spec }: Pick<KmsKeyRow, 'spec'>): boolean {
  return spec === undefined
}
