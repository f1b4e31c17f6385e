import type { KmsKeyRow } from '../../metadata/tables/kms-tables.ts'
import type { Output } from './kms-service.ts'
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
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeyState: stateOf(row),
    ...(row.deletionMilliseconds !== undefined && { DeletionDate: seconds(row.deletionMilliseconds) }),
    Origin: 'AWS_KMS',
    KeyManager: row.manager ?? 'CUSTOMER',
    CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    MultiRegion: false,
  }
}

export function stateOf({ state }: KmsKeyRow): string {
  return state ?? 'Enabled'
}
