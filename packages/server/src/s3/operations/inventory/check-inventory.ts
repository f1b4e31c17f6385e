import { MOST_KEY_BYTES } from '../../../model/key-length.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type {
  InventoryConfiguration,
  InventoryEncryption,
  InventoryOptionalField,
  InventoryS3BucketDestination,
} from '../../../model/types.gen.ts'
import { checkConfigurationId } from '../../shared/bucket/configuration-list.ts'
import { longestReportKey } from './report-keys.ts'

/**
 * The fields that may be asked for, in the order of a report's columns: that of the manifests in S3 User Guide, "Locating your
 * inventory list"; what is newer than they stands beside what it belongs to.
 */
export const OPTIONAL_FIELDS = [
  'Size',
  'LastModifiedDate',
  'ETag',
  'StorageClass',
  'IsMultipartUploaded',
  'ReplicationStatus',
  'EncryptionStatus',
  'ObjectLockRetainUntilDate',
  'ObjectLockMode',
  'ObjectLockLegalHoldStatus',
  'ObjectLockEventHoldStatus',
  'ObjectLockEventHoldDuration',
  'IntelligentTieringAccessTier',
  'IntelligentTieringReferenceDate',
  'BucketKeyStatus',
  'ChecksumAlgorithm',
  'ObjectAccessControlList',
  'ObjectOwner',
  'LifecycleExpirationDate',
] as const satisfies readonly InventoryOptionalField[]

/**
 * Throws MalformedXML, InvalidArgument or NotImplemented for what is refused. Source: S3 API Reference,
 * PutBucketInventoryConfiguration and the types of its document.
 */
export function checkInventory(configuration: InventoryConfiguration, id: string, bucketName: string): void {
  const { Id, IncludedObjectVersions, Schedule, Filter, OptionalFields = [], Destination } = configuration
  checkConfigurationId(Id, id)
  const known: readonly string[] = OPTIONAL_FIELDS
  const isKnown =
    ['All', 'Current'].includes(IncludedObjectVersions) &&
    ['Daily', 'Weekly'].includes(Schedule.Frequency) &&
    OptionalFields.length <= known.length &&
    OptionalFields.every((field) => known.includes(field))
  if (!isKnown) throw new S3Error('MalformedXML')
  if (Buffer.byteLength(Filter?.Prefix ?? '') > MOST_KEY_BYTES) throw invalid('The filter prefix is too long')
  checkDestination(Destination.S3BucketDestination)
  const key = longestReportKey({ bucketName, id, prefix: Destination.S3BucketDestination.Prefix })
  if (Buffer.byteLength(key) > MOST_KEY_BYTES) throw invalid('The destination prefix is too long')
}

function checkDestination({ Format, AccountId, Encryption }: InventoryS3BucketDestination): void {
  if (Format === 'ORC')
    throw new S3Error(
      'NotImplemented',
      {},
      { message: 'Inventory reports in the ORC format are not implemented' },
    )
  if (Format !== 'CSV' && Format !== 'Parquet') throw new S3Error('MalformedXML')
  if (AccountId !== undefined && !/^\d{12}$/.test(AccountId)) throw invalid('The account ID is not valid')
  if (Encryption) checkEncryption(Encryption)
}

function checkEncryption({ SSES3, SSEKMS }: InventoryEncryption): void {
  if ((SSES3 === undefined) === (SSEKMS === undefined)) throw new S3Error('MalformedXML')
  if (SSEKMS?.KeyId === '') throw invalid('The KMS key ID is not valid')
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidArgument', {}, { message })
}
