import type { KmsKeyRow } from '../../metadata/tables/kms-tables.ts'
import { isSymmetric, specOf, usageOf } from './key-specs.ts'
import type { Output } from './kms-service.ts'
import { materialIdOf } from './material-id.ts'
import type { Key } from './resolve-key.ts'

/** Times in KMS's JSON are seconds. */
export function seconds(milliseconds: number): number {
  return milliseconds / 1000
}

/** Source: AWS KMS API Reference, KeyMetadata. */
export function keyMetadata({ id, arn, row }: Key): Output {
  return {
    AWSAccountId: row.accountId,
    KeyId: id,
    Arn: arn,
    CreationDate: seconds(row.createdMilliseconds),
    Enabled: row.state === undefined,
    Description: row.description ?? '',
    KeyUsage: usageOf(row),
    KeyState: stateOf(row),
    ...(row.deletionMilliseconds !== undefined && { DeletionDate: seconds(row.deletionMilliseconds) }),
    Origin: 'AWS_KMS',
    KeyManager: row.manager ?? 'CUSTOMER',
    ...specMembers(row),
    MultiRegion: false,
    ...(isSymmetric(row) && { CurrentKeyMaterialId: materialIdOf(id, row.materialVersion) }),
  }
}

/** What GetPublicKey tells of a key, too. */
export function specMembers(row: KmsKeyRow): Output {
  const { name, algorithms } = specOf(row)
  const usage = usageOf(row)
  return { CustomerMasterKeySpec: name, KeySpec: name, [ALGORITHM_MEMBERS[usage]]: algorithms[usage] }
}

const ALGORITHM_MEMBERS = {
  ENCRYPT_DECRYPT: 'EncryptionAlgorithms',
  SIGN_VERIFY: 'SigningAlgorithms',
  GENERATE_VERIFY_MAC: 'MacAlgorithms',
  KEY_AGREEMENT: 'KeyAgreementAlgorithms',
  ENCAPSULATE_DECAPSULATE: 'EncapsulationAlgorithms',
} as const

export function stateOf({ state }: KmsKeyRow): string {
  return state ?? 'Enabled'
}
