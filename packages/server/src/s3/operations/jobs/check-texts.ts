import { CHECKSUM_ALGORITHMS } from '../../../base/checksums.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { NAMED_BY_CLIENT } from './job-request.ts'

const CLASSES = [
  'STANDARD',
  'STANDARD_IA',
  'ONEZONE_IA',
  'GLACIER',
  'INTELLIGENT_TIERING',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
]

/** By the names of elements: what a text may be, or how many characters it has at the most and one at least. */
const TEXTS: Readonly<Record<string, readonly string[] | number>> = {
  CannedAccessControlList: [
    'private',
    'public-read',
    'public-read-write',
    'aws-exec-read',
    'authenticated-read',
    'bucket-owner-read',
    'bucket-owner-full-control',
  ],
  ChecksumAlgorithm: CHECKSUM_ALGORITHMS,
  ChecksumType: ['FULL_OBJECT', 'COMPOSITE'],
  InvocationSchemaVersion: ['1.0', '2.0'],
  GlacierJobTier: ['BULK', 'STANDARD'],
  MetadataDirective: ['COPY', 'REPLACE'],
  Mode: ['COMPLIANCE', 'GOVERNANCE'],
  ObjectLockLegalHoldStatus: ['ON', 'OFF'],
  ObjectLockMode: ['COMPLIANCE', 'GOVERNANCE'],
  ObjectReplicationStatuses: ['COMPLETED', 'FAILED', 'REPLICA', 'NONE'],
  Permission: ['FULL_CONTROL', 'READ', 'WRITE', 'READ_ACP', 'WRITE_ACP'],
  SSEAlgorithm: ['AES256', 'KMS'],
  Status: ['ON', 'OFF'],
  TypeIdentifier: ['id', 'emailAddress', 'uri'],
  Bucket: 128,
  ClientRequestToken: 64,
  Description: 256,
  DisplayName: 1024,
  ETag: 1024,
  ExpectedBucketOwner: 12,
  ExpectedManifestBucketOwner: 12,
  FunctionArn: 1024,
  ID: 1024,
  Identifier: 1024,
  Key: 1024,
  KeyId: 2000,
  KmsKeyArn: 2048,
  KMSKeyArn: 2048,
  ManifestPrefix: 512,
  MatchAnyPrefix: 1024,
  MatchAnySubstring: 1024,
  MatchAnySuffix: 1024,
  ObjectArn: 2000,
  ObjectVersionId: 2000,
  Prefix: 512,
  RedirectLocation: 2048,
  RoleArn: 2048,
  SourceBucket: 128,
  SSEAwsKmsKeyId: 2000,
  StatusUpdateReason: 256,
  StorageClass: CLASSES,
  MatchAnyStorageClass: CLASSES,
  TargetKeyPrefix: 1024,
  TargetResource: 128,
}

/** Of those that have no limit of their own, as values of tags. They may be empty. */
const OTHERS = 1024
/** Of a list. Ours: AWS tells no number. */
const MOST_ITEMS = 1000

/**
 * Throws InvalidRequest for what the elements of a request may not be, wherever they stand in it. Source: S3 API Reference, the data
 * types of CreateJob.
 */
export function checkTexts(value: unknown, name = ''): void {
  if (typeof value === 'string') checkText(name, value)
  else if (Array.isArray(value)) {
    if (value.length > MOST_ITEMS) throw invalid(`${name} has more than ${MOST_ITEMS} elements`)
    for (const item of value) checkTexts(item, name)
  } else if (typeof value === 'object' && value !== null && !(value instanceof Date))
    // These have whatever names.
    for (const [member, inner] of Object.entries(value))
      checkTexts(inner, NAMED_BY_CLIENT.has(name) ? name : member)
}

function checkText(name: string, text: string): void {
  const limit = TEXTS[name] ?? OTHERS
  if (typeof limit !== 'number') {
    if (!limit.includes(text)) throw invalid(`${name} has to be one of ${limit.join(', ')}`)
  } else if (text.length > limit) throw invalid(`${name} has more than ${limit} characters`)
  else if (text === '' && name in TEXTS) throw invalid(`${name} is empty`)
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidRequest', {}, { message })
}
