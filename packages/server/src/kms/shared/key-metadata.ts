import type { KmsKeyRow } from '../../metadata/tables/kms-tables.ts'
import { currentImports } from './imports/imported-material.ts'
import { originOf } from './key-origin.ts'
import { isSymmetric, specOf, usageOf } from './key-specs.ts'
import { stateOf } from './key-state.ts'
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
    Enabled: stateOf(row) === 'Enabled',
    Description: row.description ?? '',
    KeyUsage: usageOf(row),
    KeyState: stateOf(row),
    ...(row.deletionMilliseconds !== undefined && { DeletionDate: seconds(row.deletionMilliseconds) }),
    ...validityMembers(validityOf(row)),
    Origin: originOf(row),
    KeyManager: row.manager ?? 'CUSTOMER',
    ...specMembers(row),
    MultiRegion: false,
    ...(isSymmetric(row) &&
      row.materialVersion > 0 && { CurrentKeyMaterialId: materialIdOf({ id, row }, row.materialVersion) }),
  }
}

/** When material expires: 'never', or at so many milliseconds; `undefined` where there is none that was imported. */
export type Validity = 'never' | number | undefined

/** Source: AWS KMS API Reference, KeyMetadata, ValidTo: "The earliest time at which any imported key material […] expires". */
function validityOf(row: KmsKeyRow): Validity {
  const present = currentImports(row).filter(({ isGone }) => !isGone)
  if (present.length === 0) return undefined
  const earliest = Math.min(...present.map(({ validToMilliseconds = Infinity }) => validToMilliseconds))
  return earliest === Infinity ? 'never' : earliest
}

export function validityMembers(validity: Validity): Output {
  if (validity === undefined) return {}
  if (validity === 'never') return { ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' }
  return { ExpirationModel: 'KEY_MATERIAL_EXPIRES', ValidTo: seconds(validity) }
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
