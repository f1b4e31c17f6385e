import type { Caller } from '../../../access/caller.ts'
import type { Content, ObjectRow, RetentionRow } from '../../../metadata/tables/rows.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { announce, tellOfObject } from '../../shared/announcing/announce.ts'
import { bucketForWrite } from '../../shared/bucket/bucket-row.ts'
import { changeContent } from '../../shared/content/change-content.ts'
import { linkContent, type LooseContent } from '../../shared/content/link-content.ts'
import { keepOrDiscard } from '../../shared/new-object/write-object.ts'
import { isObject, versionIdOf } from '../../shared/object/version-order.ts'
import { putVersionRow, readVersionAt, versionAt } from '../../shared/replicating/version-row.ts'
import type { Replicable, ReplicationRule } from '../../shared/replicating/replication-rules.ts'
import type { S3Service } from '../../shared/service/service.ts'
import { markTiered } from '../../shared/storage-tiers/mark-tiered.ts'
import { type PlacedVersion, placeVersion } from '../../shared/version-rows/place-version.ts'
import { replicaContent } from './replica-content.ts'
import { changingTraits } from './replica-row.ts'
import { replicationContext } from './replication-context.ts'
import { ReplicationFailure } from './replication-failure.ts'
import type { ReplicatedBucket, ReplicatedVersion } from './replicated-version.ts'

export interface Replicating {
  readonly service: S3Service
  readonly signal: AbortSignal
}

/** What else a commit of replication does; its effects count only where that commit is made. */
export type Also = (transaction: Transaction) => Promise<void>

export interface ReplicaAsked {
  readonly rule: ReplicationRule
  readonly caller: Caller
  readonly what: Replicable
  readonly source: ReplicatedVersion
  readonly destination: ReplicatedBucket & { readonly key: string }
  /** Goes into the commit of the replica. */
  readonly also: Also
}

const IS_REPLICA = { replication: 'REPLICA', isReplica: true } as const

/**
 * Puts a version under its own id where it stands among those of its key, or brings up to date what is said of it. What is there
 * already stays. No rule of the destination is asked about it: replicas go no further.
 */
export async function putReplica(replicating: Replicating, asked: ReplicaAsked): Promise<void> {
  const { service } = replicating
  const {
    source: { row },
    destination: { bucket, key },
  } = asked
  if (!isObject(row)) {
    const { modifiedMilliseconds, order, versionId } = row
    const ownerAccountId = ownerOfMarker(asked, row.ownerAccountId)
    const marker = { isDeleteMarker: true, modifiedMilliseconds, order, versionId, ownerAccountId } as const
    return place(service, asked, { ...marker, ...IS_REPLICA })
  }
  if (await readVersionAt(service.stores, bucket.id, key, row.order)) return renew(service, asked)
  // Whoever deleted a replica by its id meant it.
  if (asked.what === 'change') throw new ReplicationFailure('DstVersionNotFound')
  return placeObject(replicating, asked, row)
}

function ownerOfMarker({ rule, destination: { bucket } }: ReplicaAsked, ownerAccountId: string): string {
  const isOwners = bucket.objectOwnership === 'BucketOwnerEnforced' || rule.givesToBucketOwner
  return isOwners ? bucket.ownerAccountId : ownerAccountId
}

async function placeObject(
  { service, signal }: Replicating,
  asked: ReplicaAsked,
  row: ObjectRow & { readonly order: string },
): Promise<void> {
  const { rule, caller, source, destination } = asked
  const storageClass = rule.storageClass === 'STANDARD' ? undefined : (rule.storageClass ?? row.storageClass)
  const contexts = {
    source: replicationContext(service, caller, source, signal),
    destination: replicationContext(service, caller, destination, signal),
  }
  const { loose, encryption } = await replicaContent(
    rule,
    { row, source, destination, storageClass },
    contexts,
  )
  const { restore: _, accessTier: __, accessedMilliseconds: ___, annotations: ____, ...kept } = row
  const replica = {
    ...kept,
    ...(await changingTraits(service, rule, row, destination.bucket)),
    ...IS_REPLICA,
    storageClass,
    encryption,
    content: loose.content,
  }
  await keepOrDiscard(service, loose, () => place(service, asked, replica, loose))
}

function place(
  service: S3Service,
  { destination, also }: ReplicaAsked,
  replica: PlacedVersion,
  loose?: LooseContent<Content>,
): Promise<void> {
  const { bucketName, key } = destination
  return changeContent(service, async (transaction) => {
    await also(transaction)
    const bucket = await bucketForWrite(transaction, bucketName, destination.bucket)
    if (await versionAt(transaction, bucket.id, key, replica.order)) return
    if (loose) await linkContent(transaction, loose)
    if (isObject(replica)) markTiered(transaction, bucketName, bucket, replica)
    await placeVersion(transaction, bucket, key, replica)
    await tell(transaction, service, { bucketName, bucket, key }, replica)
  })
}

async function tell(
  transaction: Transaction,
  service: S3Service,
  { bucketName, bucket, key }: ReplicaAsked['destination'],
  replica: PlacedVersion,
): Promise<void> {
  if (isObject(replica)) {
    const event = { name: 'ObjectCreated:Put', key, cause: 's3' } as const
    return tellOfObject(transaction, service, bucketName, bucket, replica, event)
  }
  const versionId = versionIdOf(replica)
  const event = { name: 'ObjectRemoved:DeleteMarkerCreated', key, cause: 's3', versionId } as const
  return announce(transaction, service, bucketName, bucket, event)
}

/**
 * Brings tags, ACL and lock of a version that is there to what they are at the source, as the commit sees it: of two that change
 * the same version on both sides the later commit counts for both.
 */
async function renew(service: S3Service, { rule, source, destination, also }: ReplicaAsked): Promise<void> {
  const { bucketName, key } = destination
  const { order } = source.row
  await changeContent(service, async (transaction) => {
    await also(transaction)
    const bucket = await bucketForWrite(transaction, bucketName, destination.bucket)
    const row = await versionAt(transaction, source.bucket.id, key, order)
    const there = await versionAt(transaction, bucket.id, key, order)
    if (!row || !isObject(row) || !there || !isObject(there)) return
    const traits = await changingTraits(service, rule, row, bucket)
    await putVersionRow(transaction, bucket, key, {
      ...there,
      tags: traits.tags,
      // Where the source never had one, that of the replica is its own.
      legalHold: row.legalHold ?? there.legalHold,
      retention: row.retention ? strictest(there.retention, row.retention) : there.retention,
      // Source: S3 User Guide, "What does Amazon S3 replicate?": ACLs go along unless the owner is another one.
      acl: rule.givesToBucketOwner ? there.acl : traits.acl,
    })
  })
}

/** Nobody ends a retention in compliance mode, replication neither. */
function strictest(there: RetentionRow | undefined, theirs: RetentionRow): RetentionRow {
  if (!there || (there.mode === 'GOVERNANCE' && theirs.mode === 'COMPLIANCE')) return theirs
  return theirs.mode === there.mode && theirs.untilMilliseconds >= there.untilMilliseconds ? theirs : there
}
