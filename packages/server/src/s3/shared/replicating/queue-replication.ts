import { outbox } from '../../../metadata/tables/event-tables.ts'
import type { BucketRow, VersionOrder, VersionRow } from '../../../metadata/tables/rows.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { isNullVersion } from '../object/version-order.ts'
import type { S3Service } from '../service/service.ts'
import { putVersionRow } from './version-row.ts'
import { readReplicationRules, type Replicable, rulesFor } from './replication-rules.ts'

/** How the outbox calls what waits to be replicated, among the destinations of events. */
export const REPLICATION = 'replication'

/** What is to be done with a version, as the outbox keeps it. */
export interface ReplicationTask {
  readonly bucketName: string
  readonly bucketId: string
  readonly key: string
  readonly order: VersionOrder
  readonly what: Replicable
  /** The ids of the rules that it goes by. */
  readonly rules: readonly string[]
  readonly queuedMilliseconds: number
}

/**
 * Leaves a version that this transaction has written to the rules that are about it, in its commit, and marks it as PENDING.
 * Nothing, and false, where there is no such rule. Only for buckets that are replicated.
 */
export async function queueReplication(
  transaction: Transaction,
  service: Pick<S3Service, 'documents' | 'clock' | 'random' | 'eventSequence' | 'eventDestinations'>,
  target: { readonly bucketName: string; readonly bucket: BucketRow; readonly key: string },
  row: VersionRow,
  what: Replicable,
): Promise<boolean> {
  const { bucketName, bucket, key } = target
  const { order } = row
  // Versions that are older than versioning have no id that they could keep.
  if (order === undefined || isNullVersion(row)) return false
  const configured = await readReplicationRules(transaction, service.documents, bucket)
  const rules = configured ? rulesFor(configured, what, key, row).map(({ id }) => id) : []
  if (rules.length === 0) return false
  await putVersionRow(transaction, bucket, key, { ...row, replication: 'PENDING' })
  const queuedMilliseconds = service.clock.now().getTime()
  const task: ReplicationTask = {
    bucketName,
    bucketId: bucket.id,
    key,
    order,
    what,
    rules,
    queuedMilliseconds,
  }
  const sequence = service.eventSequence.next() + service.random.bytes(6).toString('hex')
  transaction.put(outbox, [REPLICATION, sequence], {
    bucketId: bucket.id,
    key,
    createdMilliseconds: queuedMilliseconds,
    message: JSON.stringify(task),
  })
  transaction.afterCommit(() => service.eventDestinations.eventAdded(REPLICATION))
  return true
}
