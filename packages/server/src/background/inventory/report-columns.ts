import type { InventoryOptionalField } from '../../model/types.gen.ts'
import type { PeriodRow } from '../../metadata/tables/object-lock-rows.ts'
import type { ObjectRow } from '../../metadata/tables/rows.ts'
import { OPTIONAL_FIELDS } from '../../s3/operations/inventory/check-inventory.ts'
import { wholeSeconds } from '../../s3/shared/object/describe.ts'
import { heldFor, retainedUntil } from '../../s3/shared/object/retained-until.ts'
import { isObject, versionIdOf } from '../../s3/shared/object/version-order.ts'
import { isMonitored, lastAccess } from '../../s3/shared/storage-tiers/monitored.ts'
import { expirationOf } from './expiration-of-version.ts'
import { ownerCanonicalIdOf } from '../../s3/shared/grants/counting-acl.ts'
import { reportedAcl } from './reported-acl.ts'
import type { ReportedBucket, ReportedValue, ReportedVersion } from './reported-version.ts'

export interface ReportColumn {
  /** As CSV manifests have it, for example `ETag`. */
  readonly name: string
  readonly type: 'text' | 'boolean' | 'number' | 'time'
  readonly isRequired?: true
  value(version: ReportedVersion, of: ReportedBucket): ReportedValue
}

const KEY_COLUMNS: readonly ReportColumn[] = [
  { name: 'Bucket', type: 'text', isRequired: true, value: (_, { bucketName }) => bucketName },
  { name: 'Key', type: 'text', isRequired: true, value: ({ key }) => key },
]

const VERSION_COLUMNS: readonly ReportColumn[] = [
  { name: 'VersionId', type: 'text', value: ({ row }) => versionIdOf(row) },
  { name: 'IsLatest', type: 'boolean', value: ({ newerNoncurrent }) => newerNoncurrent < 0 },
  { name: 'IsDeleteMarker', type: 'boolean', value: ({ row }) => !isObject(row) },
]

type ObjectValue = (row: ObjectRow, of: ReportedBucket, version: ReportedVersion) => ReportedValue

/** Nothing for delete markers. */
function ofObject(type: ReportColumn['type'], value: ObjectValue): Omit<ReportColumn, 'name'> {
  return {
    type,
    value: (version, of) => (isObject(version.row) ? value(version.row, of, version) : undefined),
  }
}

/** Source: S3 User Guide, "Cataloging and analyzing your data with S3 Inventory", "Amazon S3 Inventory list". */
const COLUMNS: Readonly<Record<InventoryOptionalField, Omit<ReportColumn, 'name'>>> = {
  Size: ofObject('number', ({ sizeBytes }) => sizeBytes),
  LastModifiedDate: { type: 'time', value: ({ row }) => wholeSeconds(row.modifiedMilliseconds) },
  ETag: ofObject('text', ({ etag }) => etag),
  StorageClass: ofObject('text', ({ storageClass = 'STANDARD' }) => storageClass),
  IsMultipartUploaded: ofObject('boolean', ({ etag }) => etag.includes('-')),
  ReplicationStatus: { type: 'text', value: ({ row }) => row.replication },
  EncryptionStatus: ofObject('text', ({ encryption }) =>
    encryption ? ENCRYPTION_STATUS[encryption.kind] : 'NOT-SSE',
  ),
  ObjectLockRetainUntilDate: ofObject(
    'time',
    ({ retention }, { service }) => retention && retainedUntil(retention, service.clock.now()),
  ),
  ObjectLockMode: ofObject('text', ({ retention }) => retention && LOCK_MODE[retention.mode]),
  ObjectLockLegalHoldStatus: ofObject('text', ({ legalHold }) => (legalHold ? 'On' : 'Off')),
  ObjectLockEventHoldStatus: ofObject('text', ({ retention }) => (heldFor(retention) ? 'On' : 'Off')),
  ObjectLockEventHoldDuration: ofObject('text', ({ retention }) => periodText(heldFor(retention))),
  IntelligentTieringAccessTier: ofObject('text', ({ storageClass, accessTier = 'FREQUENT_ACCESS' }) =>
    storageClass === 'INTELLIGENT_TIERING' ? accessTier : undefined,
  ),
  IntelligentTieringReferenceDate: ofObject('time', (row) =>
    isMonitored(row) ? wholeSeconds(lastAccess(row)) : undefined,
  ),
  BucketKeyStatus: ofObject('text', ({ encryption }) =>
    encryption && 'bucketKey' in encryption && encryption.bucketKey ? 'ENABLED' : 'DISABLED',
  ),
  ChecksumAlgorithm: ofObject('text', ({ checksum }) => checksum?.algorithm),
  ObjectAccessControlList: ofObject('text', (row, of) => reportedAcl(row, of)),
  ObjectOwner: ofObject('text', (row, { service, bucket }) => ownerCanonicalIdOf(service, bucket, row)),
  LifecycleExpirationDate: ofObject('time', (row, of, version) => expirationOf(row, version, of)),
}

const ENCRYPTION_STATUS = {
  AES256: 'SSE-S3',
  'aws:kms': 'SSE-KMS',
  'aws:kms:dsse': 'DSSE-KMS',
  customer: 'SSE-C',
} as const

/** AWS leaves open how it writes it. */
function periodText(period: PeriodRow | undefined): string | undefined {
  if (!period) return undefined
  return period.days === undefined ? `${period.years} years` : `${period.days} days`
}

const LOCK_MODE = { GOVERNANCE: 'Governance', COMPLIANCE: 'Compliance' } as const

/** The columns of a report, in their order. */
export function reportColumns(
  isOfAllVersions: boolean,
  optionalFields: readonly InventoryOptionalField[],
): readonly ReportColumn[] {
  const optional = OPTIONAL_FIELDS.filter((field) => optionalFields.includes(field))
  return [
    ...KEY_COLUMNS,
    ...(isOfAllVersions ? VERSION_COLUMNS : []),
    ...optional.map((name) => ({ name, ...COLUMNS[name] })),
  ]
}

const TYPES = { text: 'binary', boolean: 'boolean', number: 'int64', time: 'int64' } as const
const ANNOTATIONS = { text: ' (UTF8)', boolean: '', number: '', time: ' (TIMESTAMP_MILLIS)' } as const

/** The name of a column in Parquet files: `e_tag` for `ETag`. */
export function snakeName({ name }: ReportColumn): string {
  return name.replaceAll(/(?<!^)[A-Z]/g, '_$&').toLowerCase()
}

/** What manifests tell of the columns. Source: S3 User Guide, "Locating your inventory list", "Inventory manifest". */
export function fileSchema(format: 'CSV' | 'Parquet', columns: readonly ReportColumn[]): string {
  if (format === 'CSV') return columns.map(({ name }) => name).join(', ')
  const members = columns.map((column) => {
    const { type, isRequired } = column
    return `${isRequired ? 'required' : 'optional'} ${TYPES[type]} ${snakeName(column)}${ANNOTATIONS[type]};`
  })
  return `message s3.inventory { ${members.join(' ')} }`
}
