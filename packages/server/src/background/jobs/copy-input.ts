import { asFolder } from '../../model/as-folder.ts'
import type { JobTask } from '../../metadata/tables/job-tables.ts'
import type {
  OperationInputs,
  S3CopyObjectOperation,
  S3Grant,
  S3ObjectMetadata,
} from '../../model/types.gen.ts'

type CopyObjectInput = OperationInputs['CopyObject']

/** What CopyObject is asked for one object. Source: S3 API Reference, S3CopyObjectOperation. */
export function copyInput(
  copy: S3CopyObjectOperation,
  Bucket: string,
  [bucket, key, versionId]: JobTask,
): CopyObjectInput {
  const { NewObjectMetadata: metadata, NewObjectTagging: tags } = copy
  const source = encodeURIComponent(`${bucket}/${key}`)
  const input = {
    Bucket,
    Key: `${asFolder(copy.TargetKeyPrefix)}${key}`,
    CopySource: versionId === undefined ? source : `${source}?versionId=${encodeURIComponent(versionId)}`,
    ACL: copy.CannedAccessControlList,
    ...grantMembers(copy.AccessControlGrants ?? []),
    StorageClass: copy.StorageClass,
    ...(metadata && metadataMembers(metadata)),
    MetadataDirective: copy.MetadataDirective ?? (metadata && 'REPLACE'),
    CopySourceIfModifiedSince: copy.ModifiedSinceConstraint,
    CopySourceIfUnmodifiedSince: copy.UnModifiedSinceConstraint,
    WebsiteRedirectLocation: copy.RedirectLocation,
    ...keyMembers(copy),
    BucketKeyEnabled: copy.BucketKeyEnabled,
    ChecksumAlgorithm: copy.ChecksumAlgorithm,
    ObjectLockLegalHoldStatus: copy.ObjectLockLegalHoldStatus,
    ObjectLockMode: copy.ObjectLockMode,
    ObjectLockRetainUntilDate: copy.ObjectLockRetainUntilDate,
    ObjectLockEventHold: copy.ObjectLockEventHold,
    ObjectLockEventHoldDurationDays: copy.ObjectLockEventHoldDuration?.Days,
    ObjectLockEventHoldDurationYears: copy.ObjectLockEventHoldDuration?.Years,
    RequestPayer: copy.RequesterPays ? 'requester' : undefined,
    ...(tags && {
      TaggingDirective: 'REPLACE',
      Tagging: new URLSearchParams(tags.map(({ Key, Value }) => [Key, Value])).toString(),
    }),
  }
  return input as CopyObjectInput
}

/** The key service's where a key of it is named. Source: S3 API Reference, S3ObjectMetadata, SSEAlgorithm. */
function keyMembers({ SSEAwsKmsKeyId: SSEKMSKeyId, NewObjectMetadata: metadata }: S3CopyObjectOperation) {
  const algorithm = metadata?.SSEAlgorithm === 'KMS' ? 'aws:kms' : metadata?.SSEAlgorithm
  const ServerSideEncryption = SSEKMSKeyId === undefined ? algorithm : 'aws:kms'
  return { ServerSideEncryption, SSEKMSKeyId }
}

/** Without ContentLength, ContentMD5 and RequesterCharged, which are deprecated and were never those of the new object. */
function metadataMembers(metadata: S3ObjectMetadata) {
  const { CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType } = metadata
  const entries = Object.entries(metadata.UserMetadata ?? {})
  return {
    CacheControl,
    ContentDisposition,
    ContentEncoding,
    ContentLanguage,
    ContentType,
    Expires: metadata.HttpExpiresDate?.toUTCString(),
    Metadata: Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value])),
  }
}

/** CopyObject's header of each permission; none takes `WRITE`. */
const GRANT_MEMBERS: ReadonlyMap<string | undefined, string> = new Map([
  ['FULL_CONTROL', 'GrantFullControl'],
  ['READ', 'GrantRead'],
  ['READ_ACP', 'GrantReadACP'],
  ['WRITE_ACP', 'GrantWriteACP'],
])

function grantMembers(grants: readonly S3Grant[]): Record<string, string> {
  const members: Record<string, string> = {}
  for (const { Grantee: { TypeIdentifier = 'id', Identifier = '' } = {}, Permission } of grants) {
    const member = GRANT_MEMBERS.get(Permission)
    if (member === undefined) continue
    const grantee = `${TypeIdentifier}="${Identifier.replaceAll('"', '')}"`
    members[member] = member in members ? `${members[member]}, ${grantee}` : grantee
  }
  return members
}
