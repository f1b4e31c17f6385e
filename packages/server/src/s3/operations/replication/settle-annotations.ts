import { annotations } from '../../../metadata/tables/annotation-tables.ts'
import type { BucketRow, ObjectRow, VersionRow } from '../../../metadata/tables/rows.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
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
