import type { JobTask } from '../../metadata/tables/job-tables.ts'
import type { JobOperation, OperationInputs, S3Grant } from '../../model/types.gen.ts'
import { replicateExisting } from '../../s3/operations/replication/replicate-existing.ts'
import type { Replicating } from '../../s3/operations/replication/replicate-version.ts'
import { bucketOfArn } from '../../s3/shared/bucket/bucket-of-arn.ts'
import { computeChecksum } from './compute-checksum.ts'
import { copyInput } from './copy-input.ts'
import { invokeFunction } from './invoke-function.ts'
import { type JobSession, performAs } from './perform-as.ts'

/**
 * Does what a job does to one object, as a request of its role, and returns what its report says of it where that is more than
 * that it succeeded. Throws what the request is answered, {@link ReplicationFailure} or {@link InvocationFailure}.
 */
export async function runTask(
  session: JobSession,
  replicating: Omit<Replicating, 'signal'>,
  operation: JobOperation,
  task: JobTask,
): Promise<string | undefined> {
  const [Bucket, Key, VersionId] = task
  const of = { Bucket, Key, VersionId }
  const {
    LambdaInvoke: call,
    S3ComputeObjectChecksum: checksum,
    S3PutObjectAcl: acl,
    S3PutObjectCopy: copy,
    S3PutObjectTagging: tagging,
    S3DeleteObjectTagging: untagging,
    S3InitiateRestoreObject: restore,
    S3PutObjectLegalHold: hold,
    S3PutObjectRetention: retention,
    S3ReplicateObject: replicate,
    S3UpdateObjectEncryption: encryption,
  } = operation
  if (call) return invokeFunction(session, call, task)
  if (checksum) return computeChecksum(session, checksum, task)
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
  } else if (encryption) {
    const { ObjectEncryption = {} } = encryption
    await performAs(session, 'UpdateObjectEncryption', { ...of, ObjectEncryption })
  }
  return undefined
}

type AclPolicy = NonNullable<JobOperation['S3PutObjectAcl']>['AccessControlPolicy']

function aclInput(policy: AclPolicy) {
  const { CannedAccessControlList: ACL, AccessControlList: list } = policy ?? {}
  if (!list) return { ACL }
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
