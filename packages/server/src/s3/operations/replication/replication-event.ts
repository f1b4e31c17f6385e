import type { VersionRow } from '../../../metadata/tables/rows.ts'
import type { ObjectEvent } from '../../shared/announcing/object-event.ts'
import { isObject, versionIdOf } from '../../shared/object/version-order.ts'
import type { ReplicationTask } from '../../shared/replicating/queue-replication.ts'

type ReplicationEvent = Extract<ObjectEvent['name'], `Replication:${string}`>

/** What is told of a version by one of the rules that are about it. */
export function replicationEvent(
  name: ReplicationEvent extends `Replication:${infer Name}` ? Name : never,
  { key, queuedMilliseconds }: ReplicationTask,
  row: VersionRow,
  {
    ruleId,
    destination,
    reason,
  }: { readonly ruleId: string; readonly destination: string; readonly reason?: string },
): ObjectEvent {
  const requestedAt = new Date(queuedMilliseconds)
  return {
    name: `Replication:${name}`,
    key,
    cause: 's3',
    versionId: versionIdOf(row),
    ...(isObject(row) && { sizeBytes: row.sizeBytes, etag: row.etag }),
    replication: { ruleId, destination, isDeletion: !isObject(row), requestedAt, reason },
  }
}
