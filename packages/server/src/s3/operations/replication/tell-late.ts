import { outbox } from '../../../metadata/tables/event-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { announce } from '../../shared/announcing/announce.ts'
import { findBucket } from '../../shared/bucket/bucket-row.ts'
import { versionAt } from '../../shared/replicating/version-row.ts'
import type { ReplicationTask } from '../../shared/replicating/queue-replication.ts'
import type { ReplicationRule } from '../../shared/replicating/replication-rules.ts'
import type { S3Service } from '../../shared/service/service.ts'
import { replicationEvent } from './replication-event.ts'

/** Tells once of a task that waits for longer than some of its rules promise, in the commit that notes it. */
export async function tellLate(
  service: S3Service,
  [queue, sequence]: readonly [queue: string, sequence: string],
  task: ReplicationTask,
  timed: readonly ReplicationRule[],
): Promise<void> {
  const { bucketName, bucketId, key, order } = task
  const bucket = await findBucket(service.stores, bucketName)
  if (bucket?.id !== bucketId) return
  await transact(service.stores.metadata, async (transaction) => {
    const waiting = await transaction.get(outbox, queue, sequence)
    const row = await versionAt(transaction, bucketId, key, order)
    if (!waiting || waiting.isLate || !row) return
    transaction.put(outbox, [queue, sequence], { ...waiting, isLate: true })
    for (const { id: ruleId, destination } of timed) {
      const event = replicationEvent('OperationMissedThreshold', task, row, { ruleId, destination })
      await announce(transaction, service, bucketName, bucket, event)
    }
  })
}
