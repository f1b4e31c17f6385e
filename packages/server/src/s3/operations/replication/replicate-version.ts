import { transact, type Transaction } from '../../../metadata/transaction.ts'
import { outbox } from '../../../metadata/tables/event-tables.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { VersionRow } from '../../../metadata/tables/rows.ts'
import { announce } from '../../shared/announcing/announce.ts'
import { readParsed } from '../../shared/bucket/bucket-documents.ts'
import { bucketForWrite, findBucket } from '../../shared/bucket/bucket-row.ts'
import { isObject } from '../../shared/object/version-order.ts'
import { ContentGone } from '../../shared/content/share-content.ts'
import { putVersionRow, readVersionAt, versionAt } from '../../shared/replicating/version-row.ts'
import { ALL_ANNOTATIONS, type ReplicationTask } from '../../shared/replicating/queue-replication.ts'
import {
  type ReplicationRule,
  parseRules,
  type ReplicationRules,
  rulesFor,
  TIME_CONTROL_MILLISECONDS,
} from '../../shared/replicating/replication-rules.ts'
import type { S3Service } from '../../shared/service/service.ts'
import type { Also } from '../../shared/replicas/place-replica.ts'
import { annotationsToBring, outgoingAnnotation } from './outgoing-annotations.ts'
import { settleAnnotations } from './settle-annotations.ts'
import { bringAnnotation, putReplica, type Replicating as Putting } from './put-replica.ts'
import { type FailureReason, ReplicationFailure } from './replication-failure.ts'
import type { ReplicatedBucket, ReplicatedVersion } from './replicated-version.ts'
import { outgoingVersion } from './outgoing-version.ts'
import { GIVEN_UP, type RemoteBuckets } from './remote-bucket.ts'
import { replicationEvent } from './replication-event.ts'
import { replicationContext } from './replication-context.ts'
import {
  assertMayAnnotate,
  assertMayRead,
  assertMayReplicate,
  type ReplicationRoles,
} from './replication-role.ts'

export interface FailedReplication {
  readonly ruleId: string
  /** The name of the bucket; absent where the rule is gone. */
  readonly destination?: string | undefined
  /** The one that failed without its version; or `*`: all of them. */
  readonly annotation?: string | undefined
  readonly reason: FailureReason
  readonly cause?: unknown
  /** Whether the bucket's destinations of events are told. */
  readonly isTold: boolean
}

export interface Replicating extends Putting {
  readonly roles: ReplicationRoles
  readonly remoteBuckets: RemoteBuckets
  /** Whose task it is; absent where somebody asks for it now. */
  readonly queue?: string | undefined
}

/**
 * Does what a task says: brings the version to the destination of each of its rules, or what changed of it, and marks it as
 * COMPLETED, or as FAILED where one of them cannot take it; each annotation the same, by itself. Done again it changes nothing.
 * Returns what failed for good; throws what passes.
 */
export async function replicateVersion(
  replicating: Replicating,
  task: ReplicationTask,
): Promise<readonly FailedReplication[]> {
  const { service, queue } = replicating
  const source = await findSource(service, task)
  // It was deleted since, which deletes no replica.
  if (!source) return []
  const configured = await readParsed(service, source.bucket, 'replication', parseRules)
  const failures: FailedReplication[] = []
  let isSettled = false
  const elsewhere: Record<string, string> = {}
  const late: ReplicationRule[] = []
  const staying = new Set<string>()
  const settled: Also = async (transaction) => {
    await settle(transaction, service, source, task, { queue, failures, elsewhere, late, staying })
    transaction.afterCommit(() => (isSettled = true))
  }
  for (const ruleId of task.rules) {
    const rule = configured?.rules.find(({ id }) => id === ruleId)
    const also = ruleId === task.rules.at(-1) ? settled : nothing
    try {
      if (!rule || !configured) throw new ReplicationFailure('SrcBucketReplicationConfigMissing')
      const annotationFailed: AnnotationFailed = (annotation, { reason, cause }) =>
        failures.push({ ruleId, destination: rule.destination, annotation, reason, cause, isTold: false })
      const outcome = { also, staying, annotationFailed }
      const remoteId = await replicateTo(replicating, configured, rule, source, task, outcome)
      if (remoteId !== undefined) elsewhere[rule.destination] = remoteId
      if (isLate(service, rule, task)) late.push(rule)
    } catch (error) {
      if (error instanceof ContentGone) return []
      if (!(error instanceof ReplicationFailure)) throw error
      const { reason, cause } = error
      if (reason === 'DstVersionNotFound' && configured && rule && isOfOthers(configured, rule, source))
        continue
      failures.push({ ...failureOf(task, ruleId, rule, reason), cause })
    }
  }
  if (!isSettled) await transact(service.stores.metadata, settled)
  return failures
}

/**
 * Whether the tags of a version are those of rules with other destinations: where it never went it lacks nothing. What changed goes
 * by rules of other tags too, since it may have had these when it was made.
 */
function isOfOthers(
  configured: ReplicationRules,
  { destination }: ReplicationRule,
  { key, row }: ReplicatedVersion,
): boolean {
  const meant = rulesFor(configured, 'existing', key, row)
  return meant.length > 0 && !meant.some((each) => each.destination === destination)
}

/** Of all that a task is about: the version, or the annotation that alone has changed. */
function failureOf(
  task: ReplicationTask,
  ruleId: string,
  rule: ReplicationRule | undefined,
  reason: FailureReason,
): FailedReplication {
  const annotation = isOfVersion(task) ? undefined : task.annotation
  const isTold = annotation === undefined && rule?.tellsFailures === true
  return { ruleId, destination: rule?.destination, annotation, reason, isTold }
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

type AnnotationFailed = (name: string, failure: ReplicationFailure) => void

/** What is noted besides. */
interface Replicated {
  readonly also: Also
  readonly staying: Set<string>
  readonly annotationFailed: AnnotationFailed
}

/** Resolves to the id of the version where it is a bucket elsewhere that gives its own. */
async function replicateTo(
  replicating: Replicating,
  { role }: ReplicationRules,
  rule: ReplicationRule,
  source: ReplicatedVersion,
  task: ReplicationTask,
  { also, staying, annotationFailed }: Replicated,
): Promise<string | undefined> {
  const { service, roles, remoteBuckets, signal } = replicating
  const { what } = task
  const names = await annotationsToBring(service.stores.metadata, source.bucket, source.row, task)
  const { key, row } = source
  const from = { ...source, versionId: row.versionId ?? row.order }
  const remote = remoteBuckets.get(rule.destination)
  if (remote) {
    const caller = await roles.callerOf(role, source)
    await assertMayRead(service, caller, from, row)
    const context = replicationContext(service, caller, source, signal)
    const version = outgoingVersion(context, rule, source)
    const id = isOfVersion(task) ? await remote.send(version, what, signal) : undefined
    const mayBring = (): Promise<void> => assertMayAnnotate(service, caller, from, undefined)
    await bringEach(names, annotationFailed, mayBring, async (name) => {
      const annotation = await outgoingAnnotation(context, source, name)
      if (annotation && !(await remote.sendAnnotation(version, annotation, signal))) staying.add(name)
    })
    return id
  }
  const destination = await findDestination(service, rule, source)
  const caller = await roles.callerOf(role, source)
  const to = { ...destination, key }
  await assertMayReplicate(service, caller, rule, from, to, row)
  try {
    const asked = { rule, caller, what, source, destination: to }
    // The version is settled with what comes last of it.
    if (isOfVersion(task))
      await putReplica(replicating, { ...asked, also: names.length === 0 ? also : nothing })
    const context = replicationContext(service, caller, source, signal)
    const mayBring = (): Promise<void> => assertMayAnnotate(service, caller, from, to)
    await bringEach(names, annotationFailed, mayBring, async (name) => {
      const annotation = await outgoingAnnotation(context, source, name)
      if (annotation) await bringAnnotation(replicating, asked, annotation)
    })
    return undefined
  } catch (error) {
    throw reasonFor(error)
  }
}

/** Brings annotations, each by itself: what cannot go keeps back neither the others nor the version. */
async function bringEach(
  names: readonly string[],
  failed: AnnotationFailed,
  mayBring: () => Promise<void>,
  bring: (name: string) => Promise<void>,
): Promise<void> {
  const [only] = names
  if (only === undefined) return
  const trying = async (name: string, work: () => Promise<void>): Promise<boolean> => {
    try {
      await work()
      return true
    } catch (error) {
      const failure = reasonFor(error)
      if (!(failure instanceof ReplicationFailure)) throw failure
      failed(name, failure)
      return false
    }
  }
  if (!(await trying(names.length === 1 ? only : ALL_ANNOTATIONS, mayBring))) return
  for (const name of names) await trying(name, () => bring(name))
}

function isOfVersion({ annotation = ALL_ANNOTATIONS }: ReplicationTask): boolean {
  return annotation === ALL_ANNOTATIONS
}

/** What a bucket of this server refuses for good. */
function reasonFor(error: unknown): unknown {
  if (!(error instanceof S3Error)) return error
  if (error.code === 'NoSuchBucket') return new ReplicationFailure('DstBucketNotFound', { cause: error })
  if (error.code === 'NoSuchVersion') return new ReplicationFailure('DstVersionNotFound', { cause: error })
  const isRefused = error.code === 'AccessDenied' || error.code === 'AnnotationLimitExceeded'
  return isRefused ? new ReplicationFailure('DstPutObjectNotPermitted', { cause: error }) : error
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

/** Gives up a task: what it is about is FAILED for each of its rules. */
export async function giveUpVersion(
  service: S3Service,
  task: ReplicationTask,
): Promise<readonly FailedReplication[]> {
  const source = await findSource(service, task)
  if (!source) return []
  const configured = await readParsed(service, source.bucket, 'replication', parseRules)
  const failures = task.rules.map((ruleId) => {
    const rule = configured?.rules.find(({ id }) => id === ruleId)
    return failureOf(task, ruleId, rule, GIVEN_UP)
  })
  const outcome = { failures, elsewhere: {}, late: [], staying: new Set<string>() }
  await transact(service.stores.metadata, (transaction) =>
    settle(transaction, service, source, task, outcome),
  )
  return failures
}

interface Outcome {
  /** Absent of what does not come from one: its outcome counts whatever the version's status is. */
  readonly queue?: string | undefined
  readonly failures: readonly FailedReplication[]
  /** The ids that the version has in buckets elsewhere. */
  readonly elsewhere: Readonly<Record<string, string>>
  /** By which it came later than they promise. */
  readonly late: readonly ReplicationRule[]
  /** The annotations that a store elsewhere does not take. */
  readonly staying: ReadonlySet<string>
}

/** Says on the version itself how it went, and tells of what failed. It may have changed, or be gone. */
async function settle(
  transaction: Transaction,
  service: S3Service,
  source: ReplicatedVersion,
  task: ReplicationTask,
  { queue, failures, elsewhere, late, staying }: Outcome,
): Promise<void> {
  const { bucketName, key } = source
  const bucket = await bucketForWrite(transaction, bucketName, source.bucket)
  const row = await versionAt(transaction, bucket.id, key, source.row.order)
  const isLast = await takeFromQueue(transaction, queue, task)
  const isAwaited = row?.replication === 'PENDING' || queue === undefined
  if (!row || (row.replication === undefined && !isAwaited)) return
  const isSettled = isLast && isAwaited
  const { isReplica } = row
  if (isObject(row))
    await settleAnnotations(transaction, bucket, row, task, ({ replication }, name) => {
      const isAboutIt = ({ annotation = name }: FailedReplication): boolean =>
        annotation === name || annotation === ALL_ANNOTATIONS
      const itsFailures = failures.filter(isAboutIt)
      if (staying.has(name) && itsFailures.length === 0) return undefined
      // What failed by another queue stays so.
      const isOver = isLast && (replication !== 'FAILED' || queue === undefined)
      return statusAfter({ replication, isReplica }, itsFailures, isOver)
    })
  // An annotation has a status of its own.
  if (!isOfVersion(task)) return
  const ownFailures = failures.filter(({ annotation }) => annotation === undefined)
  const status = statusAfter(row, ownFailures, isSettled)
  const known = Object.keys(elsewhere).length > 0 && isObject(row) && { ...row.elsewhere, ...elsewhere }
  if (status !== row.replication || known)
    await putVersionRow(transaction, bucket, key, {
      ...row,
      replication: status,
      ...(known && isObject(row) && { elsewhere: known }),
    })
  if (row.replication !== 'PENDING' && ownFailures.length === 0) return
  for (const { destination = '', ...failure } of ownFailures.filter(({ isTold }) => isTold)) {
    const event = replicationEvent('OperationFailedReplication', task, row, { ...failure, destination })
    await announce(transaction, service, bucketName, bucket, event)
  }
  for (const { id: ruleId, destination } of late) {
    const event = replicationEvent('OperationReplicatedAfterThreshold', task, row, { ruleId, destination })
    await announce(transaction, service, bucketName, bucket, event)
  }
}

function isLate({ clock }: S3Service, { isTimed }: ReplicationRule, task: ReplicationTask): boolean {
  return isTimed && clock.now().getTime() - task.queuedMilliseconds > TIME_CONTROL_MILLISECONDS
}

/** Source: S3 User Guide, "Getting replication status information": COMPLETED when all destinations have it, FAILED when one failed. */
function statusAfter(
  { replication, isReplica }: Pick<VersionRow, 'replication' | 'isReplica'>,
  failures: readonly FailedReplication[],
  isSettled: boolean,
): VersionRow['replication'] {
  if (failures.length > 0) return 'FAILED'
  if (!isSettled) return replication
  return isReplica ? 'REPLICA' : 'COMPLETED'
}

/** Takes a task that other queues have too out of this one; returns whether it was the last. */
async function takeFromQueue(
  transaction: Transaction,
  queue: string | undefined,
  { sequence, others = [] }: ReplicationTask,
): Promise<boolean> {
  if (sequence === undefined) return true
  let isLast = true
  for (const other of others) if (await transaction.get(outbox, other, sequence)) isLast = false
  if (queue !== undefined) transaction.remove(outbox, queue, sequence)
  return isLast
}
