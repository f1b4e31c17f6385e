import { check, choice, lines, list, needed, number, type Shape, text } from '../bucket-settings/shape.ts'
import { jobTexts } from '../texts/jobs.ts'

const texts = jobTexts.form

/** What a form may offer to choose from; where one may not know, it is typed. */
export interface Known {
  readonly buckets: readonly string[]
  readonly roles: readonly string[]
}

export type Operation = keyof typeof OPERATIONS

const CANNED = [
  'private',
  'public-read',
  'authenticated-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
]
const CHECKSUMS = [
  'CRC64NVME',
  'CRC32',
  'CRC32C',
  'SHA1',
  'SHA256',
  'SHA512',
  'MD5',
  'XXHASH64',
  'XXHASH3',
  'XXHASH128',
]
const CLASSES = ['STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE']

/** What each operation asks for; paths are from the operation's own element. */
const OPERATIONS = {
  S3PutObjectCopy: ({ buckets }: Known): Shape[] => [
    bucketShape('TargetResource', texts.to, buckets),
    text('TargetKeyPrefix', texts.toPrefix),
    choice('StorageClass', texts.storageClass, { '': texts.sameClass, ...named(CLASSES) }),
  ],
  S3PutObjectTagging: (): Shape[] => [
    list(
      'TagSet/member',
      texts.tag,
      needed(text('Key', texts.key)),
      text('Value', texts.value, { staysEmpty: true }),
    ),
  ],
  S3DeleteObjectTagging: (): Shape[] => [],
  S3PutObjectAcl: (): Shape[] => [
    needed(choice('AccessControlPolicy/CannedAccessControlList', texts.acl, named(CANNED))),
  ],
  S3InitiateRestoreObject: (): Shape[] => [
    needed(number('ExpirationInDays', texts.days)),
    needed(choice('GlacierJobTier', texts.tier, texts.tiers)),
  ],
  S3PutObjectLegalHold: (): Shape[] => [needed(choice('LegalHold/Status', texts.hold, texts.holds))],
  S3PutObjectRetention: (): Shape[] => [
    choice('Retention/Mode', texts.mode, texts.modes),
    text('Retention/RetainUntilDate', texts.until),
    choice('Retention/EventHold', texts.eventHold, texts.eventHolds),
    number('Retention/EventHoldDuration/Days', texts.eventHoldDays),
    check('BypassGovernanceRetention', texts.bypass),
  ],
  S3UpdateObjectEncryption: (): Shape[] => [
    needed(text('ObjectEncryption/SSE-KMS/KMSKeyArn', texts.keyArn, { hint: texts.keyArnHint })),
    check('ObjectEncryption/SSE-KMS/BucketKeyEnabled', texts.bucketKey),
  ],
  S3ComputeObjectChecksum: (): Shape[] => [
    needed(choice('ChecksumAlgorithm', texts.checksum, named(CHECKSUMS))),
    choice('ChecksumType', texts.checksumOf, texts.checksumsOf),
  ],
  LambdaInvoke: (): Shape[] => [
    needed(text('FunctionArn', texts.function, { hint: texts.functionHint })),
    needed(choice('InvocationSchemaVersion', texts.payload, texts.payloads)),
    list(
      'UserArguments/entry',
      texts.argument,
      needed(text('key', texts.key)),
      text('value', texts.value, { staysEmpty: true }),
    ),
  ],
}

export const OPERATION_NAMES = Object.keys(OPERATIONS) as readonly Operation[]

export function operationShapes(operation: Operation, known: Known): readonly Shape[] {
  return OPERATIONS[operation](known)
}

export function generatorShapes({ buckets }: Known): readonly Shape[] {
  return [
    bucketShape('SourceBucket', texts.bucket, buckets),
    lines('Filter/KeyNameConstraint/MatchAnyPrefix/member', texts.prefixes),
    text('Filter/CreatedBefore', texts.olderThan),
  ]
}

/** Of the whole request; what is asked about its report where one is written. */
export function otherShapes({ buckets, roles }: Known, hasReport: boolean): readonly Shape[] {
  return [
    roles.length > 0
      ? choice(
          'RoleArn',
          texts.role,
          Object.fromEntries(roles.map((arn) => [arn, arn.slice(arn.indexOf('/') + 1)])),
        )
      : needed(text('RoleArn', texts.role, { hint: texts.roleHint })),
    text('Description', texts.description),
    number('Priority', texts.priority),
    check('ConfirmationRequired', texts.asks),
    check('Report/Enabled', texts.report),
    ...(hasReport
      ? [
          bucketShape('Report/Bucket', texts.reportBucket, buckets),
          text('Report/Prefix', texts.reportPrefix),
          choice('Report/ReportScope', texts.scope, texts.scopes),
        ]
      : []),
  ]
}

function bucketShape(path: string, label: string, buckets: readonly string[]): Shape {
  return needed(
    buckets.length > 0
      ? choice(path, label, Object.fromEntries(buckets.map((name) => [`arn:aws:s3:::${name}`, name])))
      : text(path, label, { hint: texts.arnHint }),
  )
}

function named(values: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(values.map((value) => [value, value]))
}
