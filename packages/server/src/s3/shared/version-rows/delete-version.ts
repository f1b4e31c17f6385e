import { type Soon, soon } from '../../../base/soon.ts'
import type { BucketRow, ObjectRow, VersionHeadRow, VersionRow } from '../../../metadata/tables/rows.ts'
import { current, versionHeads, versions } from '../../../metadata/tables/tables.ts'
import type { Entry } from '../../../metadata/ordered-store.ts'
import { UnreadableRow } from '../../../metadata/unreadable-row.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { bucketForWrite } from '../bucket/bucket-row.ts'
import { changeContent } from '../content/change-content.ts'
import { announce } from '../announcing/announce.ts'
import type { EventCause, ObjectEvent } from '../announcing/object-event.ts'
import { queueReplication } from '../replicating/queue-replication.ts'
import { isReplicated } from '../replicating/replication-rules.ts'
import { assertMfa } from '../bucket/mfa.ts'
import { assertNotLocked } from '../object/object-lock-rules.ts'
import type { S3Service } from '../service/service.ts'
import { countMovedBehind, countOlder, letGoOfCurrent } from './count-version.ts'
import { forgetVersionId, placeOfVersion } from './place-of-version.ts'
import { makeRoom, readVersions, removeVersionRow } from './put-version.ts'
import { isNullVersion, isObject, orderOf, versionIdOf } from '../object/version-order.ts'

export interface DeleteRequest {
  readonly bucketName: string
  /** The bucket that the caller was let into. */
  readonly bucket: Pick<BucketRow, 'id'>
  readonly key: string
  readonly versionId: string | undefined
  /** Written into a delete marker. */
  readonly accountId: string
  /** Who deletes it, for its event. */
  readonly cause: EventCause
  /** Whether the caller may bypass governance retention, and said so. */
  readonly bypassesGovernance: boolean
  /** Whether the request was verified by an MFA device, as buckets with MFA delete want it for a named version. */
  readonly hasMfa: boolean
  /** May refuse by throwing; sees what would be deleted, or hidden, and `undefined` where there is no object. */
  readonly check: (existing: VersionRow | undefined, found: Found) => Soon<void>
}

/** What a deletion relies on, besides the version: it happens only if none of it has changed. */
export interface Found {
  readonly bucket: BucketRow
  readonly isNewest: boolean
  /** The object is behind a delete marker already. */
  readonly isHidden?: boolean
}

/** What a deletion did, as answers tell it. Members are absent where the bucket has no versioning. */
export interface Deletion {
  /** Whether a delete marker was made or, where a version was named, deleted. */
  readonly DeleteMarker?: true | undefined
  readonly VersionId?: string | undefined
}

/**
 * Deletes the named version for good; without one, deletes the object, or hides it behind a delete marker where the
 * bucket has versioning. Deleting what is absent succeeds. Source: S3 User Guide, "Deleting object versions from a
 * versioning-enabled bucket" and "... versioning-suspended bucket".
 */
export function deleteVersion(service: S3Service, request: DeleteRequest): Promise<Deletion> {
  const { bucketName, bucket: admitted, versionId } = request
  return changeContent(service, (transaction) =>
    soon(bucketForWrite(transaction, bucketName, admitted), (bucket) => {
      if (versionId !== undefined) {
        assertMfa(bucket, request.hasMfa)
        return deleteNamed(transaction, service, bucket, request, versionId)
      }
      if (bucket.versioning === undefined) return deleteUnversioned(transaction, service, bucket, request)
      return putDeleteMarker(transaction, service, bucket, request)
    }),
  )
}

/** The entity tag of nothing, which S3 tells of a delete marker. */
const EMPTY_ETAG = 'd41d8cd98f00b204e9800998ecf8427e'

function announceDeletion(
  transaction: Transaction,
  service: S3Service,
  bucket: BucketRow,
  { bucketName, key, cause }: DeleteRequest,
  kind: 'Delete' | 'DeleteMarkerCreated',
  version: Pick<ObjectEvent, 'versionId' | 'etag'>,
): Soon<void> {
  const group = cause === 's3' ? 'LifecycleExpiration' : 'ObjectRemoved'
  const event = { name: `${group}:${kind}`, key, cause, ...version } as const
  return announce(transaction, service, bucketName, bucket, event)
}

function deleteUnversioned(
  transaction: Transaction,
  service: S3Service,
  bucket: BucketRow,
  request: DeleteRequest,
): Soon<Deletion> {
  const { key, check } = request
  return soon(transaction.get(current, bucket.id, key), (existing) =>
    soon(check(existing, { bucket, isNewest: true }), () => {
      if (!existing) return {}
      return soon(letGoOfCurrent(transaction, bucket.id, existing), () => {
        transaction.remove(current, bucket.id, key)
        return soon(announceDeletion(transaction, service, bucket, request, 'Delete', {}), () => ({}))
      })
    }),
  )
}

async function putDeleteMarker(
  transaction: Transaction,
  service: S3Service,
  bucket: BucketRow,
  request: DeleteRequest,
): Promise<Deletion> {
  const { key, accountId, check } = request
  const known = await readVersions(transaction, bucket, key)
  await check(known.newest, { bucket, isNewest: true, isHidden: !known.newest && known.head !== undefined })
  const { order, nullOrder } = await makeRoom(transaction, service, bucket, key, known)
  const isNull = bucket.versioning === 'Suspended' || undefined
  const marker = {
    isDeleteMarker: true,
    order,
    isNull,
    modifiedMilliseconds: service.clock.now().getTime(),
    ownerAccountId: accountId,
  } as const
  if (known.newest) transaction.remove(current, bucket.id, key)
  countOlder(transaction, bucket.id, marker)
  transaction.put(versions, [bucket.id, key, order], marker)
  transaction.put(versionHeads, [bucket.id, key], {
    latestOrder: order,
    nullOrder: isNull ? order : nullOrder,
  })
  // Source: S3 User Guide, "Replicating delete markers between buckets": those of lifecycle rules stay where they are.
  if (isReplicated(bucket) && request.cause !== 's3')
    await queueReplication(transaction, service, { ...request, bucket }, marker, 'version')
  const versionId = versionIdOf(marker)
  const version = { versionId, etag: EMPTY_ETAG }
  await announceDeletion(transaction, service, bucket, request, 'DeleteMarkerCreated', version)
  return { DeleteMarker: true, VersionId: versionId }
}

async function deleteNamed(
  transaction: Transaction,
  service: S3Service,
  bucket: BucketRow,
  request: DeleteRequest,
  versionId: string,
): Promise<Deletion> {
  const { key, check, bypassesGovernance } = request
  const now = service.clock.now()
  const shown = bucket.versioning === undefined ? undefined : versionId
  const told = shown === undefined ? {} : { VersionId: shown }
  const head = bucket.versioning && (await transaction.get(versionHeads, bucket.id, key))
  const order = await placeOfVersion(transaction, head, bucket.id, key, versionId)
  const row = order === undefined ? undefined : await transaction.get(versions, bucket.id, key, order)
  const named = row && versionIdOf(row) === versionId ? row : undefined
  // Looked at last, so that a newest version that cannot be read is in no other's way.
  const newest = named ? undefined : await transaction.get(current, bucket.id, key)
  if (newest && versionIdOf(newest) === versionId) {
    await check(newest, { bucket, isNewest: true })
    assertNotLocked(newest, now, bypassesGovernance)
    await letGoOfCurrent(transaction, bucket.id, newest)
    transaction.remove(current, bucket.id, key)
    forgetVersionId(transaction, bucket.id, key, newest)
    if (head) await promote(transaction, bucket, key, head, orderOf(newest))
    await announceDeletion(transaction, service, bucket, request, 'Delete', { versionId: shown })
    return told
  }
  await check(named, { bucket, isNewest: order !== undefined && order === head?.latestOrder })
  if (named && isObject(named)) assertNotLocked(named, now, bypassesGovernance)
  if (!named || !head || order === undefined) return told
  await removeVersionRow(transaction, bucket, key, order)
  const rest = versionId === 'null' ? { ...head, nullOrder: undefined } : head
  if (order === head.latestOrder) await promote(transaction, bucket, key, rest, order)
  // Else it is left as it is, so that old versions of one key can go at the same time.
  else if (rest !== head) transaction.put(versionHeads, [bucket.id, key], rest)
  await announceDeletion(transaction, service, bucket, request, 'Delete', { versionId })
  return { VersionId: versionId, ...(!isObject(named) && { DeleteMarker: true as const }) }
}

/**
 * After the newest version is gone the one behind it is the newest: relied on as it is read, for it may be changed or deleted
 * meanwhile. The head tells of others that come in front of it.
 */
async function promote(
  transaction: Transaction,
  bucket: BucketRow,
  key: string,
  head: VersionHeadRow,
  gone: string,
): Promise<void> {
  const range = versions.range(bucket.id, key)
  const entries = await transaction.scan({ ...range, limit: 2 })
  const entry = entries.find((each) => versions.parts(each.key)[2] !== gone)
  if (!entry) {
    transaction.remove(versionHeads, bucket.id, key)
    return
  }
  transaction.expect(entry.key, entry.stamp)
  const [, , order] = versions.parts(entry.key)
  const next = readableVersion(entry)
  if (!next) {
    transaction.put(versionHeads, [bucket.id, key], { ...head, latestOrder: order })
    return
  }
  const nullOrder = head.nullOrder === order && isObject(next) ? undefined : head.nullOrder
  transaction.put(versionHeads, [bucket.id, key], { latestOrder: order, nullOrder })
  if (isObject(next)) moveToCurrent(transaction, bucket, key, next)
}

/** One that cannot be read is the newest where it lies; whoever asks for it gets the fault. */
function readableVersion(entry: Entry): VersionRow | undefined {
  try {
    return versions.decode(entry)
  } catch (error) {
    if (error instanceof UnreadableRow) return undefined
    throw error
  }
}

function moveToCurrent(transaction: Transaction, bucket: BucketRow, key: string, row: ObjectRow): void {
  countMovedBehind(transaction, bucket.id, -1)
  transaction.remove(versions, bucket.id, key, orderOf(row))
  transaction.put(current, [bucket.id, key], { ...row, isNull: isNullVersion(row) || undefined })
}
