import type { BucketRow, VersionOrder, VersionRow } from '../../../metadata/tables/rows.ts'
import { current, versions } from '../../../metadata/tables/tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { readableRows } from '../../../metadata/unreadable-rows.ts'
import { bucketForWrite } from '../../shared/bucket/bucket-row.ts'
import { ALL_ANNOTATIONS, queueReplication } from '../../shared/replicating/queue-replication.ts'
import { versionAt } from '../../shared/replicating/version-row.ts'
import type { S3Service } from '../../shared/service/service.ts'
import { failedAnnotations, reopenAnnotations } from './settle-annotations.ts'

/** `failed`: what could not be replicated, or an annotation of it. `existing`: what no rule was about when it was written. */
export type Requeued = 'failed' | 'existing'

/** Versions that are left to the worker in one commit. */
const TOGETHER = 100

interface Found {
  readonly key: string
  readonly order: VersionOrder
}

/** How many versions of a bucket have each status; of those that no rule was about, `none`. */
export async function countStatuses({ stores }: S3Service, bucket: BucketRow): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  for await (const { row } of allVersions(stores, bucket)) {
    const status = row.replication ?? 'none'
    counts.set(status, (counts.get(status) ?? 0) + 1)
  }
  return counts
}

/**
 * Leaves versions of a bucket to its rules as if they had just been written; returns how many there are rules for. Replicas stay
 * where they are, but for what changed of them. Run again it leaves none twice that still waits.
 */
export async function requeueVersions(
  service: S3Service,
  bucketName: string,
  bucket: BucketRow,
  which: Requeued,
): Promise<number> {
  let queued = 0
  let together: Found[] = []
  const flush = async (): Promise<void> => {
    queued += await queueAll(service, bucketName, bucket, together, which)
    together = []
  }
  for await (const { key, row } of allVersions(service.stores, bucket)) {
    if (row.order === undefined || !(await isMeant(service, bucket, row, which))) continue
    together.push({ key, order: row.order })
    if (together.length === TOGETHER) await flush()
  }
  await flush()
  return queued
}

async function isMeant(
  { stores }: S3Service,
  bucket: BucketRow,
  row: VersionRow,
  which: Requeued,
): Promise<boolean> {
  if (which === 'existing') return row.replication === undefined
  return row.replication === 'FAILED' || (await failedAnnotations(stores.metadata, bucket, row)).length > 0
}

function queueAll(
  service: S3Service,
  bucketName: string,
  admitted: BucketRow,
  found: readonly Found[],
  which: Requeued,
): Promise<number> {
  return transact(service.stores.metadata, async (transaction) => {
    const bucket = await bucketForWrite(transaction, bucketName, admitted)
    let queued = 0
    for (const { key, order } of found) {
      const row = await versionAt(transaction, bucket.id, key, order)
      if (!row || !(await isMeant(service, bucket, row, which))) continue
      const what = row.isReplica ? 'change' : 'version'
      const target = { bucketName, bucket, key }
      if (!(await queueReplication(transaction, service, target, row, what, ALL_ANNOTATIONS))) continue
      await reopenAnnotations(transaction, bucket, row)
      queued++
    }
    return queued
  })
}

/** All versions, delete markers too, the newest object of each key behind all others; those that move meanwhile may come twice. */
export async function* allVersions(
  { metadata }: S3Service['stores'],
  { id }: BucketRow,
): AsyncGenerator<{ readonly key: string; readonly row: VersionRow }> {
  for await (const { parts, row } of readableRows(metadata, versions, versions.range(id)))
    yield { key: parts[1], row }
  for await (const { parts, row } of readableRows(metadata, current, current.range(id)))
    yield { key: parts[1], row }
}
