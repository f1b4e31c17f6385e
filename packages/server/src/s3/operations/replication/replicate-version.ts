import { current, versions } from '../../../metadata/tables/tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { findBucket } from '../../shared/bucket/bucket-row.ts'
import { ContentGone } from '../../shared/content/share-content.ts'
import { putVersionRow, versionAt } from '../../shared/replicating/version-row.ts'
import type { ReplicationTask } from '../../shared/replicating/queue-replication.ts'
import {
  type ReplicationRule,
  readReplicationRules,
  type ReplicationRules,
} from '../../shared/replicating/replication-rules.ts'
import type { S3Service } from '../../shared/service/service.ts'
import { putReplica, type Replicating as Putting } from './put-replica.ts'
import { type FailureReason, ReplicationFailure } from './replication-failure.ts'
import type { ReplicatedBucket, ReplicatedVersion } from './replicated-version.ts'
import { assertMayReplicate, type ReplicationRoles } from './replication-role.ts'

export interface FailedReplication {
  readonly ruleId: string
  /** The name of the bucket; absent where the rule is gone. */
  readonly destination?: string | undefined
  readonly reason: FailureReason
  readonly cause?: unknown
}

export interface Replicating extends Putting {
  readonly roles: ReplicationRoles
}

/**
 * Does what a task says: brings the version to the destination of each of its rules, or what changed of it, and marks it as
 * COMPLETED, or as FAILED where one of them cannot take it. Done again it changes nothing. Returns what failed for good; throws
 * what passes.
 */
export async function replicateVersion(
  replicating: Replicating,
  task: ReplicationTask,
): Promise<readonly FailedReplication[]> {
  const { service } = replicating
  const source = await findSource(service, task)
  // It was deleted since, which deletes no replica.
  if (!source) return []
  const configured = await rulesNow(service, source)
  const failures: FailedReplication[] = []
  for (const ruleId of task.rules) {
    const rule = configured?.rules.find(({ id }) => id === ruleId)
    try {
      if (!rule || !configured) throw new ReplicationFailure('SrcBucketReplicationConfigMissing')
      await replicateTo(replicating, configured, rule, source, task)
    } catch (error) {
      if (error instanceof ContentGone) return []
      if (!(error instanceof ReplicationFailure)) throw error
      failures.push({ ruleId, destination: rule?.destination, reason: error.reason, cause: error.cause })
    }
  }
  await settle(service, source, failures.length === 0)
  return failures
}

async function findSource(
  { stores }: S3Service,
  { bucketName, bucketId, key, order }: ReplicationTask,
): Promise<ReplicatedVersion | undefined> {
  const bucket = await findBucket(stores, bucketName)
  if (bucket?.id !== bucketId) return undefined
  // At once: it may just be moving from one to the other.
  const keys = [current.key(bucketId, key), versions.key(bucketId, key, order)]
  const [newest, other] = await stores.metadata.getMany(keys)
  const found = other ? versions.decode(other) : newest && current.decode(newest)
  return found?.order === order ? { bucketName, bucket, key, row: { ...found, order } } : undefined
}

function rulesNow(
  { stores, documents }: S3Service,
  { bucket }: ReplicatedVersion,
): Promise<ReplicationRules | undefined> {
  return transact(stores.metadata, (transaction) => readReplicationRules(transaction, documents, bucket))
}

async function replicateTo(
  replicating: Replicating,
  { role }: ReplicationRules,
  rule: ReplicationRule,
  source: ReplicatedVersion,
  { what }: ReplicationTask,
): Promise<void> {
  const { service, roles } = replicating
  const { key, row } = source
  const destination = await findDestination(service, rule, source)
  const caller = await roles.callerOf(role, source)
  const from = { ...source, versionId: row.versionId ?? row.order }
  const to = { ...destination, key }
  await assertMayReplicate(service, caller, rule, from, to, row)
  try {
    await putReplica(replicating, { rule, caller, what, source, destination: to })
  } catch (error) {
    if (error instanceof S3Error && error.code === 'NoSuchBucket')
      throw new ReplicationFailure('DstBucketNotFound', { cause: error })
    throw error
  }
}

async function findDestination(
  { stores }: S3Service,
  rule: ReplicationRule,
  source: ReplicatedVersion,
): Promise<ReplicatedBucket> {
  const bucket = await findBucket(stores, rule.destination)
  if (!bucket) throw new ReplicationFailure('DstBucketNotFound')
  if (bucket.versioning !== 'Enabled') throw new ReplicationFailure('DstBucketUnversioned')
  if (source.bucket.objectLock && !bucket.objectLock)
    throw new ReplicationFailure('DstBucketObjectLockConfigMissing')
  return { bucketName: rule.destination, bucket }
}

/** Says on the version itself how it went. It may have changed, or be gone. */
async function settle(
  { stores }: S3Service,
  { bucket, key, row: { order } }: ReplicatedVersion,
  isDone: boolean,
): Promise<void> {
  await transact(stores.metadata, async (transaction) => {
    const row = await versionAt(transaction, bucket.id, key, order)
    if (row?.replication !== 'PENDING') return
    const done = row.isReplica ? 'REPLICA' : 'COMPLETED'
    await putVersionRow(transaction, bucket, key, { ...row, replication: isDone ? done : 'FAILED' })
  })
}
