import { type AccessRule, s3Arn } from '../../../access/access-rule.ts'
import type { Caller } from '../../../access/caller.ts'
import { isDeniedExplicitly } from '../../../access/decision.ts'
import type { ContextKeys } from '../../../access/request-context.ts'
import type { VersionRow } from '../../../metadata/tables/rows.ts'
import { AssumedRoles } from '../../shared/deciding/assumed-roles.ts'
import type { Asking } from '../../shared/deciding/asking.ts'
import { decideAccess } from '../../shared/deciding/authorize.ts'
import { isObject } from '../../shared/object/version-order.ts'
import { REPLICATE_OBJECT_ANNOTATION } from '../../shared/replicas/replica-annotation.ts'
import type { ReplicationRule } from '../../shared/replicating/replication-rules.ts'
import type { AccessTarget } from '../../shared/service/access-target.ts'
import type { S3Service } from '../../shared/service/service.ts'
import type { ReplicatedBucket } from './replicated-version.ts'
import { replicaKeys } from './replica-keys.ts'
import { type FailureReason, ReplicationFailure } from './replication-failure.ts'

/** Acts as the roles of configurations, as far as these trust S3. */
export class ReplicationRoles {
  readonly #roles: AssumedRoles

  constructor(service: S3Service) {
    this.#roles = new AssumedRoles(service, { principal: 's3.amazonaws.com', sessionName: 's3-replication' })
  }

  /** Throws AssumeRoleNotPermitted where there is no such role, or it does not trust S3 with this bucket. */
  async callerOf(arn: string, { bucketName, bucket }: ReplicatedBucket): Promise<Caller> {
    const caller = await this.#roles.find(arn, {
      'aws:SourceArn': s3Arn(bucketName),
      'aws:SourceAccount': bucket.ownerAccountId,
    })
    if (!caller) throw new ReplicationFailure('AssumeRoleNotPermitted')
    return caller
  }
}

/** What stays on the server does not leave it, and what leaves it is about the copy. */
const WITHIN = { 'aws:SecureTransport': 'true' }

type Need = readonly [rule: AccessRule, otherwise: FailureReason]

const FROM_BUCKET: readonly Need[] = [
  [{ action: 's3:GetReplicationConfiguration', on: 'bucket' }, 'SrcGetObjectNotPermitted'],
  [{ action: 's3:ListBucket', on: 'bucket' }, 'SrcGetObjectNotPermitted'],
]
const FROM_OBJECT: readonly Need[] = [
  [
    { action: 's3:GetObjectVersionForReplication', on: 'object', acl: { on: 'object', grant: 'READ' } },
    'SrcGetObjectNotPermitted',
  ],
  [
    { action: 's3:GetObjectVersionAcl', on: 'object', acl: { on: 'object', grant: 'READ_ACP' } },
    'SrcGetAclNotPermitted',
  ],
]
const FROM_TAGS: Need = [{ action: 's3:GetObjectVersionTagging', on: 'object' }, 'SrcGetTaggingNotPermitted']
const FROM_RETENTION: Need = [{ action: 's3:GetObjectRetention', on: 'object' }, 'SrcGetObjectNotPermitted']
const FROM_HOLD: Need = [{ action: 's3:GetObjectLegalHold', on: 'object' }, 'SrcGetObjectNotPermitted']
const FROM_ANNOTATIONS: Need = [
  { action: 's3:GetObjectVersionAnnotationForReplication', on: 'object' },
  'SrcGetObjectNotPermitted',
]
const TO_OBJECT: Need = [{ action: 's3:ReplicateObject', on: 'object' }, 'DstPutObjectNotPermitted']
const TO_TAGS: Need = [{ action: 's3:ReplicateTags', on: 'object' }, 'DstPutTaggingNotPermitted']
const TO_MARKER: Need = [{ action: 's3:ReplicateDelete', on: 'object' }, 'DstDelObjNotPermitted']
const TO_OWNER: Need = [
  { action: 's3:ObjectOwnerOverrideToBucketOwner', on: 'object' },
  'DstPutAclNotPermitted',
]

/**
 * Throws the reason where the role may not read the version, or may not write its replica. Source: S3 User Guide, "Setting up
 * permissions for live replication" and "Changing the replica owner".
 */
export async function assertMayReplicate(
  service: S3Service,
  caller: Caller,
  rule: ReplicationRule,
  source: AccessTarget,
  destination: AccessTarget,
  row: VersionRow,
): Promise<void> {
  await assertMayRead(service, caller, source, row)
  const keys = isObject(row) ? replicaKeys(rule, row, service.clock.now()) : {}
  await assertAll({ service, caller }, needsOfDestination(rule, row), destination, keys)
}

/** Throws the reason where the role may not take away the tags of a replica. */
export async function assertMayUntag(
  service: S3Service,
  caller: Caller,
  destination: AccessTarget,
): Promise<void> {
  await assertAll({ service, caller }, [TO_TAGS], destination)
}

/**
 * Throws the reason where the role may not read annotations of a version, or a policy keeps them from `destination`, which is decided
 * elsewhere where it is absent. Source: S3 User Guide, "Replicating annotations": the version goes all the same.
 */
export async function assertMayAnnotate(
  service: S3Service,
  caller: Caller,
  source: AccessTarget,
  destination: AccessTarget | undefined,
): Promise<void> {
  const asking = { service, caller }
  await assertAll(asking, [FROM_ANNOTATIONS], source)
  if (!destination) return
  const access = { rule: REPLICATE_OBJECT_ANNOTATION, target: destination, keys: WITHIN }
  const decision = await decideAccess(asking, access)
  if (isDeniedExplicitly(decision))
    throw new ReplicationFailure('DstPutObjectNotPermitted', { cause: decision })
}

/** The same of reading alone: who may write elsewhere is decided there. */
export async function assertMayRead(
  service: S3Service,
  caller: Caller,
  source: AccessTarget,
  row: VersionRow,
): Promise<void> {
  const { bucketName, bucket } = source
  await assertAll({ service, caller }, FROM_BUCKET, { bucketName, bucket })
  await assertAll({ service, caller }, needsOfSource(row), source)
}

async function assertAll(
  asking: Asking,
  needs: readonly Need[],
  target: AccessTarget,
  keys: ContextKeys = {},
): Promise<void> {
  for (const [access, reason] of needs) {
    const decision = await decideAccess(asking, { rule: access, target, keys: { ...WITHIN, ...keys } })
    if (!decision.allowed) throw new ReplicationFailure(reason, { cause: decision })
  }
}

function needsOfSource(row: VersionRow): readonly Need[] {
  if (!isObject(row)) return []
  return [
    ...FROM_OBJECT,
    ...(row.tags ? [FROM_TAGS] : []),
    ...(row.retention ? [FROM_RETENTION] : []),
    ...(row.legalHold === undefined ? [] : [FROM_HOLD]),
  ]
}

function needsOfDestination({ givesToBucketOwner }: ReplicationRule, row: VersionRow): readonly Need[] {
  if (!isObject(row)) return [TO_MARKER]
  return [TO_OBJECT, ...(row.tags ? [TO_TAGS] : []), ...(givesToBucketOwner ? [TO_OWNER] : [])]
}
