import { transact, type Transaction } from '../../../metadata/transaction.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { VersionRow } from '../../../metadata/tables/rows.ts'
import { announce } from '../../shared/announcing/announce.ts'
import type { ObjectEvent } from '../../shared/announcing/object-event.ts'
import { readParsed } from '../../shared/bucket/bucket-documents.ts'
import { bucketForWrite, findBucket } from '../../shared/bucket/bucket-row.ts'
import { isObject, versionIdOf } from '../../shared/object/version-order.ts'
import { ContentGone } from '../../shared/content/share-content.ts'
import { putVersionRow, readVersionAt, versionAt } from '../../shared/replicating/version-row.ts'
import type { ReplicationTask } from '../../shared/replicating/queue-replication.ts'
import {
  type ReplicationRule,
  parseRules,
  type ReplicationRules,
} from '../../shared/replicating/replication-rules.ts'
import type { S3Service } from '../../shared/service/service.ts'
import type { Also } from '../../shared/replicas/place-replica.ts'
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
  /** Whether the bucket's destinations of events are told. */
  readonly isTold: boolean
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
  const configured = await readParsed(service, source.bucket, 'replication', parseRules)
  const failures: FailedReplication[] = []
  let isSettled = false
  const settled: Also = async (transaction) => {
    await settle(transaction, service, source, task, failures)
    transaction.afterCommit(() => (isSettled = true))
  }
  for (const ruleId of task.rules) {
    const rule = configured?.rules.find(({ id }) => id === ruleId)
    const also = ruleId === task.rules.at(-1) ? settled : nothing
    try {
      if (!rule || !configured) throw new ReplicationFailure('SrcBucketReplicationConfigMissing')
      await replicateTo(replicating, configured, rule, source, task, also)
    } catch (error) {
      if (error instanceof ContentGone) return []
      if (!(error instanceof ReplicationFailure)) throw error
      const { reason, cause } = error
      const isTold = rule?.tellsFailures === true
      failures.push({ ruleId, destination: rule?.destination, reason, cause, isTold })
    }
  }
  if (!isSettled) await transact(service.stores.metadata, settled)
  return failures
}

async function nothing(): Promise<void> {}

async function findSource(
  { stores }: S3Service,
  { bucketName, bucketId, key, order }: ReplicationTask,
): Promise<ReplicatedVersion | undefined> {
  const bucket = await findBucket(stores, bucketName)
  if (bucket?.id !== bucketId) return undefined
  const row = await readVersionAt(stores, bucketId, key, order)
  return row && { bucketName, bucket, key, row: { ...row, order } }
}

async function replicateTo(
  replicating: Replicating,
  { role }: ReplicationRules,
  rule: ReplicationRule,
  source: ReplicatedVersion,
  { what }: ReplicationTask,
  also: Also,
): Promise<void> {
  const { service, roles } = replicating
  const { key, row } = source
  const destination = await findDestination(service, rule, source)
  const caller = await roles.callerOf(role, source)
  const from = { ...source, versionId: row.versionId ?? row.order }
  const to = { ...destination, key }
  await assertMayReplicate(service, caller, rule, from, to, row)
  try {
    await putReplica(replicating, { rule, caller, what, source, destination: to, also })
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
  // The name may be another account's by now.
  if (!bucket || (rule.accountId !== undefined && bucket.ownerAccountId !== rule.accountId))
    throw new ReplicationFailure('DstBucketNotFound')
  if (bucket.versioning !== 'Enabled') throw new ReplicationFailure('DstBucketUnversioned')
  if (source.bucket.objectLock && !bucket.objectLock)
    throw new ReplicationFailure('DstBucketObjectLockConfigMissing')
  return { bucketName: rule.destination, bucket }
}

/** Says on the version itself how it went, and tells of what failed. It may have changed, or be gone. */
async function settle(
  transaction: Transaction,
  service: S3Service,
  source: ReplicatedVersion,
  task: ReplicationTask,
  failures: readonly FailedReplication[],
): Promise<void> {
  const { bucketName, key } = source
  const bucket = await bucketForWrite(transaction, bucketName, source.bucket)
  const row = await versionAt(transaction, bucket.id, key, source.row.order)
  if (row?.replication === undefined || (row.replication !== 'PENDING' && failures.length === 0)) return
  const done = row.isReplica ? 'REPLICA' : 'COMPLETED'
  const replication = failures.length === 0 ? done : 'FAILED'
  await putVersionRow(transaction, bucket, key, { ...row, replication })
  for (const failure of failures.filter(({ isTold }) => isTold))
    await announce(transaction, service, bucketName, bucket, eventOf(task, row, failure))
}

function eventOf(
  { key, queuedMilliseconds }: ReplicationTask,
  row: VersionRow,
  { ruleId, destination = '', reason }: FailedReplication,
): ObjectEvent {
  const requestedAt = new Date(queuedMilliseconds)
  return {
    name: 'Replication:OperationFailedReplication',
    key,
    cause: 's3',
    versionId: versionIdOf(row),
    ...(isObject(row) && { sizeBytes: row.sizeBytes, etag: row.etag }),
    failure: { ruleId, destination, isDeletion: !isObject(row), requestedAt, reason },
  }
}
