import { annotations } from '../../../metadata/tables/annotation-tables.ts'
import type { BucketRow, ObjectRow, VersionRow } from '../../../metadata/tables/rows.ts'
import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { readableRows } from '../../../metadata/unreadable-rows.ts'
import { isObject } from '../../shared/object/version-order.ts'
import type { ReplicationTask } from '../../shared/replicating/queue-replication.ts'
import { annotationsToBring } from './outgoing-annotations.ts'

/**
 * Says on the annotations that a task has brought how far they are: `status`, or nothing where they stay here since a store elsewhere
 * takes none. One that was put meanwhile has a task of its own, which says it again.
 */
export async function settleAnnotations(
  transaction: Transaction,
  bucket: BucketRow,
  row: ObjectRow,
  task: ReplicationTask,
  status: (row: Pick<VersionRow, 'replication'>, name: string) => VersionRow['replication'],
): Promise<void> {
  const { annotations: id } = row
  if (id === undefined) return
  for (const name of await annotationsToBring(transaction.store, bucket, row, task)) {
    const annotation = await transaction.get(annotations, bucket.id, id, name)
    const replication = annotation && status(annotation, name)
    if (annotation && replication !== annotation.replication)
      transaction.put(annotations, [bucket.id, id, name], { ...annotation, replication })
  }
}

/** The names of those of a version that could not be replicated. */
export async function failedAnnotations(
  metadata: OrderedStore,
  bucket: BucketRow,
  version: VersionRow,
): Promise<readonly string[]> {
  if (!isObject(version) || version.annotations === undefined) return []
  const names: string[] = []
  for await (const { parts, row } of readableRows(
    metadata,
    annotations,
    annotations.range(bucket.id, version.annotations),
  ))
    if (row.replication === 'FAILED') names.push(parts[2])
  return names
}

/** Has them wait once more, with their version. */
export async function reopenAnnotations(
  transaction: Transaction,
  bucket: BucketRow,
  version: VersionRow,
): Promise<void> {
  const { annotations: id = '' } = isObject(version) ? version : {}
  for (const name of await failedAnnotations(transaction.store, bucket, version)) {
    const row = await transaction.get(annotations, bucket.id, id, name)
    if (row) transaction.put(annotations, [bucket.id, id, name], { ...row, replication: 'PENDING' })
  }
}
