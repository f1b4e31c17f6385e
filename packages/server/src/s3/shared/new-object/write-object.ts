import { type Soon, soon } from '../../../base/soon.ts'
import { StorageFault } from '../../../base/storage-fault.ts'
import type { BucketRow, Content, ObjectRow } from '../../../metadata/tables/rows.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { bucketForWrite } from '../bucket/bucket-row.ts'
import { changeContent } from '../content/change-content.ts'
import { linkContent, type LooseContent } from '../content/link-content.ts'
import { announceObject } from '../announcing/announce.ts'
import type { ObjectEvent } from '../announcing/object-event.ts'
import { markedForReplication } from '../replicating/queue-replication.ts'
import type { S3Service } from '../service/service.ts'
import type { WritePreconditions } from '../object/preconditions.ts'
import { markTiered } from '../storage-tiers/mark-tiered.ts'
import { putVersion } from '../version-rows/put-version.ts'
import { createdVersionId } from '../object/version-order.ts'

/** Where an upload goes, and what it is told as. */
export interface ObjectTarget extends Pick<ObjectEvent, 'key' | 'name' | 'cause'> {
  readonly bucketName: string
  readonly bucket: BucketRow
}

/**
 * The commit of an upload in one request: tells the version it made, as its answer does. Where it does not happen, the bytes are given back
 * before the error goes on. `also` adds to the commit, and may refuse it by throwing.
 */
export function commitObject(
  service: S3Service,
  { bucketName, bucket: admitted, key, name, cause }: ObjectTarget,
  row: ObjectRow,
  loose: LooseContent<Content>,
  conditions: WritePreconditions,
  also?: (transaction: Transaction) => Promise<void>,
): Promise<{ VersionId?: string }> {
  const write = (transaction: Transaction, bucket: BucketRow): Soon<ObjectRow> =>
    // First, so that content which the version replaced here shares with it is never without a name.
    soon(linkContent(transaction, loose), () => {
      markTiered(transaction, bucketName, bucket, row)
      return soon(markedForReplication(transaction, service, bucket, key, row), (marked) =>
        putVersion(transaction, service, bucket, key, marked, conditions),
      )
    })
  return keepOrDiscard(service, loose, () =>
    changeContent(service, (transaction) =>
      soon(bucketForWrite(transaction, bucketName, admitted), (bucket) =>
        soon(write(transaction, bucket), (written) => {
          const event = { name, key, cause }
          const told = announceObject(transaction, service, bucketName, bucket, written, event)
          const alsoDone = also && soon(told, () => also(transaction))
          return soon(alsoDone ?? told, () => createdVersionId(bucket, written))
        }),
      ),
    ),
  )
}

/** Runs a commit that names loose content, and deletes its blob when the commit is refused. */
export function keepOrDiscard<T>(
  service: S3Service,
  { content, isShared }: LooseContent<Content>,
  commit: () => Promise<T>,
): Promise<T> {
  if (content.kind !== 'blob' || isShared) return commit()
  return commit().catch(async (error: unknown) => {
    // The sweep finds it otherwise; the client's error matters more than this one.
    if (!isUncertain(error)) await service.stores.blobs.remove(content.id).catch(() => undefined)
    throw error
  })
}

/** A store that became unavailable in the middle may have written the commit all the same. */
export function isUncertain(error: unknown): boolean {
  return error instanceof StorageFault
}
