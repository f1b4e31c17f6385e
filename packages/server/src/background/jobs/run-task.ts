import type { JobTask } from '../../metadata/tables/job-tables.ts'
import type { JobOperation, OperationInputs, S3CopyObjectOperation, S3Grant } from '../../model/types.gen.ts'
import { replicateExisting } from '../../s3/operations/replication/replicate-existing.ts'
import type { Replicating } from '../../s3/operations/replication/replicate-version.ts'
import { bucketOfArn } from '../../s3/shared/bucket/bucket-of-arn.ts'
import { type JobSession, performAs } from './perform-as.ts'

/** Does what a job does to one object, as a request of its role. Throws what that is answered, or {@link ReplicationFailure}. */
export async function runTask(
  session: JobSession,
  replicating: Omit<Replicating, 'signal'>,
  operation: JobOperation,
  task: JobTask,
): Promise<void> {
  const [Bucket, Key, VersionId] = task
  const of = { Bucket, Key, VersionId }
  const {
    S3PutObjectAcl: acl,
    S3PutObjectCopy: copy,
    S3PutObjectTagging: tagging,
    S3DeleteObjectTagging: untagging,
    S3InitiateRestoreObject: restore,
    S3PutObjectLegalHold: hold,
    S3PutObjectRetention: retention,
    S3ReplicateObject: replicate,
  } = operation
  if (copy) {
    const target = await bucketOfArn(session.service.stores, copy.TargetResource ?? '')
    await performAs(session, 'CopyObject', copyInput(copy, target?.bucketName ?? '', task))
  } else if (tagging)
    await performAs(session, 'PutObjectTagging', { ...of, Tagging: { TagSet: tagging.TagSet ?? [] } })
  else if (untagging) await performAs(session, 'DeleteObjectTagging', of)
  else if (acl) await performAs(session, 'PutObjectAcl', { ...of, ...aclInput(acl.AccessControlPolicy) })
  else if (restore) {
    const RestoreRequest = {
      Days: restore.ExpirationInDays,
      GlacierJobParameters: { Tier: restore.GlacierJobTier === 'BULK' ? 'Bulk' : 'Standard' },
    } as const
    await performAs(session, 'RestoreObject', { ...of, RestoreRequest })
  } else if (hold) {
    const input = { ...of, LegalHold: hold.LegalHold }
    await performAs(session, 'PutObjectLegalHold', input as OperationInputs['PutObjectLegalHold'])
  } else if (retention) {
    const { BypassGovernanceRetention, Retention } = retention
    const input = { ...of, BypassGovernanceRetention, Retention }
    await performAs(session, 'PutObjectRetention', input as OperationInputs['PutObjectRetention'])
  } else if (replicate) {
    const { caller, signal } = session
    const asked = { bucketName: Bucket, key: Key, versionId: VersionId }
    await replicateExisting({ ...replicating, signal }, caller, asked)
  }
}

function copyInput(
  copy: S3CopyObjectOperation,
  Bucket: string,
  [bucket, key, versionId]: JobTask,
): OperationInputs['CopyObject'] {
  const { TargetKeyPrefix: prefix = '', NewObjectTagging: tags, SSEAwsKmsKeyId: keyId } = copy
  const source = encodeURIComponent(`${bucket}/${key}`)
  // Source: S3 API Reference, S3CopyObjectOperation, TargetKeyPrefix: a folder.
  const folder = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`
  const input = {
    Bucket,
    Key: `${folder}${key}`,
    CopySource: versionId === undefined ? source : `${source}?versionId=${encodeURIComponent(versionId)}`,
    ACL: copy.CannedAccessControlList,
    StorageClass: copy.StorageClass,
    MetadataDirective: copy.MetadataDirective,
    CopySourceIfModifiedSince: copy.ModifiedSinceConstraint,
    CopySourceIfUnmodifiedSince: copy.UnModifiedSinceConstraint,
    WebsiteRedirectLocation: copy.RedirectLocation,
    BucketKeyEnabled: copy.BucketKeyEnabled,
    ChecksumAlgorithm: copy.ChecksumAlgorithm,
    ObjectLockLegalHoldStatus: copy.ObjectLockLegalHoldStatus,
    ObjectLockMode: copy.ObjectLockMode,
    ObjectLockRetainUntilDate: copy.ObjectLockRetainUntilDate,
    ObjectLockEventHold: copy.ObjectLockEventHold,
    ObjectLockEventHoldDurationDays: copy.ObjectLockEventHoldDuration?.Days,
    ObjectLockEventHoldDurationYears: copy.ObjectLockEventHoldDuration?.Years,
    ...(copy.RequesterPays && { RequestPayer: 'requester' }),
    ...(keyId !== undefined && { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyId }),
    ...(tags && {
      TaggingDirective: 'REPLACE',
      Tagging: new URLSearchParams(tags.map(({ Key, Value }) => [Key, Value])).toString(),
    }),
  }
  return given(input) as unknown as OperationInputs['CopyObject']
}

type AclPolicy = NonNullable<JobOperation['S3PutObjectAcl']>['AccessControlPolicy']

function aclInput(policy: AclPolicy): Partial<OperationInputs['PutObjectAcl']> {
  const { CannedAccessControlList: ACL, AccessControlList: list } = policy ?? {}
  if (!list) return given({ ACL })
  const Grants = (list.Grants ?? []).map(grantOf)
  return { AccessControlPolicy: { Owner: { ID: list.Owner.ID }, Grants } as never }
}

function grantOf({ Grantee, Permission }: S3Grant) {
  const { TypeIdentifier: type, Identifier: name } = Grantee ?? {}
  if (type === 'uri') return { Grantee: { Type: 'Group', URI: name }, Permission }
  if (type === 'emailAddress')
    return { Grantee: { Type: 'AmazonCustomerByEmail', EmailAddress: name }, Permission }
  return { Grantee: { Type: 'CanonicalUser', ID: name }, Permission }
}

/** Without what was left out. */
function given(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
