import { ENCRYPTING_OPERATIONS } from './cryptographic-operations.ts'
import { isSymmetric, usageOf } from './key-specs.ts'
import type { GrantScope } from './key-state.ts'
import { KmsError } from './kms-error.ts'
import type { Key } from './resolve-key.ts'

const OF_ALL = ['CreateGrant', 'RetireGrant', 'DescribeKey'] as const
const OF_RSA = ['Decrypt', 'Encrypt', 'ReEncryptFrom', 'ReEncryptTo', 'GetPublicKey'] as const
const OF_USAGE = {
  ENCRYPT_DECRYPT: OF_RSA,
  SIGN_VERIFY: ['Sign', 'Verify', 'GetPublicKey'],
  GENERATE_VERIFY_MAC: ['GenerateMac', 'VerifyMac'],
  KEY_AGREEMENT: ['DeriveSharedSecret', 'GetPublicKey'],
  ENCAPSULATE_DECAPSULATE: ['Encapsulate', 'Decapsulate', 'GetPublicKey'],
} as const

/** Source: AWS KMS Developer Guide, "Grant operations". */
export const GRANT_OPERATIONS = [
  ...OF_ALL,
  ...new Set([...ENCRYPTING_OPERATIONS, ...Object.values(OF_USAGE).flat()]),
] as const

/**
 * Throws ValidationException for what a grant on a key cannot permit. Source: AWS KMS API Reference, CreateGrant, Operations: each "must be
 * supported on the KMS key", and Constraints: of an encryption context, "for symmetric encryption KMS keys" alone.
 */
export function assertGrantable(
  { row }: Key,
  { operations, contextSubset, contextEquals }: GrantScope,
): void {
  const isOfSymmetric = isSymmetric(row)
  const own: readonly string[] = isOfSymmetric ? ENCRYPTING_OPERATIONS : OF_USAGE[usageOf(row)]
  const other = operations.find((name) => !own.includes(name) && !OF_ALL.some((each) => each === name))
  if (other !== undefined)
    throw new KmsError('ValidationException', `The operation ${other} is not supported on the key.`)
  if (!isOfSymmetric && (contextSubset ?? contextEquals))
    throw new KmsError('ValidationException', 'Constraints of an encryption context are for symmetric keys.')
}
