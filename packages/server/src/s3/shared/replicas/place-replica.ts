import type { RetentionRow } from '../../../metadata/tables/object-lock-rows.ts'
import type { BucketRow, Content, ObjectRow } from '../../../metadata/tables/rows.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { announce, tellOfObject } from '../announcing/announce.ts'
import type { ObjectEvent } from '../announcing/object-event.ts'
import { bucketForWrite } from '../bucket/bucket-row.ts'
import { changeContent } from '../content/change-content.ts'
import { linkContent, type LooseContent } from '../content/link-content.ts'
import { isObject, versionIdOf } from '../object/version-order.ts'
import { heldFor, keepsAsLong, released } from '../object/retained-until.ts'
import { type ChangingTrait, laterOf } from '../replicating/trait-changes.ts'
import { putVersionRow, versionAt } from '../replicating/version-row.ts'
import type { S3Service } from '../service/service.ts'
import { markTiered } from '../storage-tiers/mark-tiered.ts'
import { type PlacedVersion, placeVersion } from '../version-rows/place-version.ts'

/** Where a replica goes. */
export interface ReplicaTarget {
  readonly bucketName: string
  /** As it was when access to it was decided. */
  readonly bucket: BucketRow
  readonly key: string
}

/** What else a commit of replication does; its effects count only where that commit is made. */
export type Also = (transaction: Transaction) => Promise<void>

export const IS_REPLICA = { replication: 'REPLICA', isReplica: true } as const

/**
 * The commit of a replica, under its own id where it stands among the versions of its key; what is there already stays. No rule of
 * its bucket is asked about it: replicas go no further. `cause`: whom its event names.
 */
export function placeReplica(
  service: S3Service,
  { bucketName, bucket: admitted, key }: ReplicaTarget,
  replica: PlacedVersion,
  {
    loose,
    also,
    cause = 's3',
  }: {
    readonly loose?: LooseContent<Content> | undefined
    readonly also?: Also | undefined
    readonly cause?: ObjectEvent['cause']
  } = {},
): Promise<void> {
  return changeContent(service, async (transaction) => {
    await also?.(transaction)
    const bucket = await bucketForWrite(transaction, bucketName, admitted)
    if (await versionAt(transaction, bucket.id, key, replica.order)) return
    if (loose) await linkContent(transaction, loose)
    await putReplicaRow(transaction, service, { bucketName, bucket, key }, replica, cause)
  })
}

/** The same within a transaction that has named its content, of a version that is not there yet. */
export async function putReplicaRow(
  transaction: Transaction,
  service: S3Service,
  { bucketName, bucket, key }: ReplicaTarget,
  replica: PlacedVersion,
  cause: ObjectEvent['cause'],
  name: 'ObjectCreated:Put' | 'ObjectCreated:CompleteMultipartUpload' = 'ObjectCreated:Put',
): Promise<void> {
  if (isObject(replica)) markTiered(transaction, bucketName, bucket, replica)
  await placeVersion(transaction, bucket, key, replica)
  if (isObject(replica))
    return tellOfObject(transaction, service, bucketName, bucket, replica, { name, key, cause })
  const versionId = versionIdOf(replica)
  const event = { name: 'ObjectRemoved:DeleteMarkerCreated', key, cause, versionId } as const
  return announce(transaction, service, bucketName, bucket, event)
}

/** Whether a replica is its bucket owner's, and has no ACL. Source: S3 User Guide, "Changing the replica owner". */
export function goesToBucketOwner(bucket: BucketRow, givesToBucketOwner: boolean): boolean {
  return givesToBucketOwner || bucket.objectOwnership === 'BucketOwnerEnforced'
}

/** What is said of a version at its source, and goes along when it changes. */
export type Renewal = Pick<ObjectRow, 'tags' | 'acl' | 'retention' | 'legalHold' | 'traitChanges'> & {
  /** Where the owner is another one, the ACL of the replica is its own. */
  readonly keepsAcl: boolean
  /** When it arrives here. */
  readonly now: Date
}

/**
 * Brings a version that is there up to date; nothing where there is none, or a delete marker. `assertMayChange` throws where it may not become
 * what it would be.
 */
export async function renewReplica(
  transaction: Transaction,
  { bucket, key }: ReplicaTarget,
  order: string,
  renewal: Renewal,
  assertMayChange: (before: ObjectRow, after: ObjectRow) => Promise<void>,
): Promise<void> {
  const there = await versionAt(transaction, bucket.id, key, order)
  if (!there || !isObject(there)) return
  const traits: ChangingTrait[] = ['tags']
  // Where the source never had one, that of the replica is its own.
  if (renewal.legalHold !== undefined) traits.push('legalHold')
  // Source: S3 User Guide, "What does Amazon S3 replicate?": ACLs go along unless the owner is another one.
  if (!renewal.keepsAcl) traits.push('acl')
  const said = laterOf(there, renewal, traits)
  const renewed = { ...said, ...renewedRetention(said, renewal) }
  await assertMayChange(there, renewed)
  await putVersionRow(transaction, bucket, key, renewed)
}

function renewedRetention(there: ObjectRow, renewal: Renewal): Pick<ObjectRow, 'retention' | 'traitChanges'> {
  if (!renewal.retention) return {}
  const time = renewal.traitChanges?.retention
  if ((there.traitChanges?.retention ?? 0) > (time ?? 0)) return {}
  const retention = strictest(there.retention, renewal.retention, renewal.now)
  return {
    retention,
    ...(time !== undefined && { traitChanges: { ...there.traitChanges, retention: time } }),
  }
}

/**
 * Nobody ends a retention in compliance mode, replication neither. An event hold that was released there is released here, from now on.
 * Source: S3 User Guide, "Using Object Lock with S3 Replication".
 */
function strictest(there: RetentionRow | undefined, theirs: RetentionRow, now: Date): RetentionRow {
  if (!there || (there.mode === 'GOVERNANCE' && theirs.mode === 'COMPLIANCE')) return theirs
  if (theirs.mode !== there.mode) return there
  if (heldFor(there) && theirs.eventHold === 'OFF') return released(there, now, theirs.untilMilliseconds)
  return keepsAsLong(theirs, there, now) ? theirs : there
}
