import type { Caller } from '../../../access/caller.ts'
import type { BucketRow, ObjectRow } from '../../../metadata/tables/rows.ts'
import { bodyOf } from '../../../model/body.ts'
import { checksumAlgorithm } from '../../../model/upload-checksum.ts'
import { bucketForWrite } from '../../shared/bucket/bucket-row.ts'
import { changeContent } from '../../shared/content/change-content.ts'
import { keepOrDiscard } from '../../shared/new-object/write-object.ts'
import { isObject } from '../../shared/object/version-order.ts'
import {
  type Also,
  goesToBucketOwner,
  IS_REPLICA,
  placeReplica,
  renewReplica,
} from '../../shared/replicas/place-replica.ts'
import { assertMayChangeOriginal } from '../../shared/replicas/original-change.ts'
import { putReplicaAnnotation } from '../../shared/replicas/replica-annotation.ts'
import { readVersionAt, versionAt } from '../../shared/replicating/version-row.ts'
import {
  readReplicationRules,
  type Replicable,
  type ReplicationRule,
} from '../../shared/replicating/replication-rules.ts'
import type { S3Service } from '../../shared/service/service.ts'
import type { OutgoingAnnotation } from './outgoing-annotations.ts'
import { replicaContent } from './replica-content.ts'
import { changingTraits } from './replica-row.ts'
import { replicationContext } from './replication-context.ts'
import { ReplicationFailure } from './replication-failure.ts'
import { assertMayUntag } from './replication-role.ts'
import type { ReplicatedBucket, ReplicatedVersion } from './replicated-version.ts'

export interface Replicating {
  readonly service: S3Service
  readonly signal: AbortSignal
}

export interface ReplicaAsked {
  readonly rule: ReplicationRule
  readonly caller: Caller
  readonly what: Replicable
  readonly source: ReplicatedVersion
  readonly destination: ReplicatedBucket & { readonly key: string }
  /** Goes into the commit of the replica. */
  readonly also: Also
}

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
    const isOwners = goesToBucketOwner(bucket, asked.rule.givesToBucketOwner)
    const ownerAccountId = isOwners ? bucket.ownerAccountId : row.ownerAccountId
    const marker = { isDeleteMarker: true, modifiedMilliseconds, order, versionId, ownerAccountId } as const
    return placeReplica(service, asked.destination, { ...marker, ...IS_REPLICA }, { also: asked.also })
  }
  const there = await readVersionAt(service.stores, bucket.id, key, row.order)
  if (there) return renew(replicating, asked)
  // Whoever deleted a replica by its id meant it.
  if (asked.what === 'change') throw new ReplicationFailure('DstVersionNotFound')
  return placeObject(replicating, asked, row)
}

/** Brings one annotation of a version to its replica. */
export async function bringAnnotation(
  { service, signal }: Replicating,
  { caller, source, destination: target }: Pick<ReplicaAsked, 'caller' | 'source' | 'destination'>,
  { name, row, bytes }: OutgoingAnnotation,
): Promise<void> {
  const context = replicationContext(service, caller, target, signal)
  const { modifiedMilliseconds } = row
  const asked = { target, order: source.row.order, name, modifiedMilliseconds }
  const algorithm = checksumAlgorithm(row.checksum.algorithm)
  const content = { body: bodyOf(bytes, bytes.length), claims: {}, algorithm }
  return putReplicaAnnotation(context, asked, content, 's3')
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
  const {
    restore: _,
    accessTier: __,
    accessedMilliseconds: ___,
    annotations: ____,
    elsewhere: _____,
    ...kept
  } = row
  const replica = {
    ...kept,
    ...(await changingTraits(service, rule.givesToBucketOwner, row, destination.bucket)),
    ...IS_REPLICA,
    storageClass,
    encryption,
    content: loose.content,
  }
  await keepOrDiscard(service, loose, () =>
    placeReplica(service, destination, replica, { loose, also: asked.also }),
  )
}

/**
 * Brings tags, ACL and lock of a version that is there to what they are at the source, as the commit sees it: of two that change
 * the same version on both sides the later commit counts for both. To a bucket that replicates to the source what it sent comes back
 * without more. Source: S3 User Guide, "Replicating metadata changes with replica modification sync".
 */
async function renew(
  { service, signal }: Replicating,
  { rule, caller, source, destination, also }: ReplicaAsked,
): Promise<void> {
  const context = replicationContext(service, caller, destination, signal)
  const { bucketName, key } = destination
  const { order } = source.row
  await changeContent(service, async (transaction) => {
    await also(transaction)
    const bucket = await bucketForWrite(transaction, bucketName, destination.bucket)
    const row = await versionAt(transaction, source.bucket.id, key, order)
    if (!row || !isObject(row)) return
    const there = await versionAt(transaction, bucket.id, key, order)
    if (!there || !isObject(there)) return
    const keepsAcl = keepsOwnAcl(rule, bucket, there, row)
    const { tags, acl } = await changingTraits(service, keepsAcl, row, bucket)
    const { retention, legalHold, traitChanges = {} } = row
    const now = service.clock.now()
    const renewal = { tags, acl, retention, legalHold, traitChanges, now, keepsAcl }
    const itsRules = await readReplicationRules(transaction, service.documents, bucket)
    const comesBack = itsRules?.rules.some((itsRule) => itsRule.destination === source.bucketName) === true
    await renewReplica(transaction, { bucketName, bucket, key }, order, renewal, async (before, after) => {
      if (before.tags && !after.tags) await assertMayUntag(service, caller, destination)
      if (!comesBack) await assertMayChangeOriginal(context, destination, before, after)
    })
  })
}

/**
 * Whether the ACL of a replica is its own: where it was given to another owner, whatever the rule says by now. One that was not keeps
 * getting that of its object. Source: S3 User Guide, "Changing the replica owner", "Additional considerations".
 */
function keepsOwnAcl(
  { givesToBucketOwner }: ReplicationRule,
  bucket: BucketRow,
  replica: ObjectRow,
  { ownerAccountId }: ObjectRow,
): boolean {
  if (bucket.objectOwnership === 'BucketOwnerEnforced' || replica.ownerAccountId !== ownerAccountId)
    return true
  // Nothing tells whether it was given where both buckets are of one account.
  return givesToBucketOwner && bucket.ownerAccountId === ownerAccountId
}
