import type { Soon } from '../../../base/soon.ts'
import { outbox } from '../../../metadata/tables/event-tables.ts'
import type { BucketRow, ObjectRow, VersionOrder, VersionRow } from '../../../metadata/tables/rows.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { isNullVersion, isObject } from '../object/version-order.ts'
import type { S3Service } from '../service/service.ts'
import { putVersionRow } from './version-row.ts'
import { REPLICATION, remoteQueue } from './replication-queues.ts'
import {
  isReplicated,
  readReplicationRules,
  type Replicable,
  type ReplicationRule,
  rulesFor,
} from './replication-rules.ts'

/** In the place of the name of an annotation, which has other letters. */
export const ALL_ANNOTATIONS = '*'

/** What is to be done with a version, as the outbox keeps it. */
export interface ReplicationTask {
  readonly bucketName: string
  readonly bucketId: string
  readonly key: string
  readonly order: VersionOrder
  readonly what: Replicable
  /** The ids of the rules that it goes by. */
  readonly rules: readonly string[]
  /** Under which it stands in each of its queues. */
  readonly sequence?: string | undefined
  /** The queues that have it too, for other rules. */
  readonly others?: readonly string[] | undefined
  readonly queuedMilliseconds: number
  /** The annotation that alone has changed; or `*`: all of them go along with a change of the version. */
  readonly annotation?: string | undefined
  /** Of an object. */
  readonly sizeBytes?: number | undefined
}

/** A new object as it is to be written: PENDING where a rule is about it, so that its row is not written twice. */
export function markedForReplication(
  transaction: Transaction,
  { documents }: Pick<S3Service, 'documents'>,
  bucket: BucketRow,
  key: string,
  row: ObjectRow,
): Soon<ObjectRow> {
  if (!isReplicated(bucket) || bucket.versioning !== 'Enabled') return row
  return readReplicationRules(transaction, documents, bucket).then((configured) => {
    const isMeant = configured !== undefined && rulesFor(configured, 'version', key, row).length > 0
    return isMeant ? { ...row, replication: 'PENDING' } : row
  })
}

/**
 * Leaves a version that this transaction has written to the rules that are about it, in its commit, and marks it as PENDING.
 * Nothing, and false, where there is no such rule. Only for buckets that are replicated.
 */
export async function queueReplication(
  transaction: Transaction,
  service: Pick<
    S3Service,
    'documents' | 'settings' | 'clock' | 'random' | 'eventSequence' | 'eventDestinations'
  >,
  target: { readonly bucketName: string; readonly bucket: BucketRow; readonly key: string },
  row: VersionRow,
  what: Replicable,
  annotation?: string,
): Promise<boolean> {
  const { bucketName, bucket, key } = target
  const { order } = row
  // Versions that are older than versioning have no id that they could keep.
  if (order === undefined || isNullVersion(row)) return false
  const configured = await readReplicationRules(transaction, service.documents, bucket)
  const rules = configured ? rulesFor(configured, what, key, row) : []
  if (rules.length === 0) return false
  // New versions are marked before they are written.
  if (row.replication !== 'PENDING' && (annotation === undefined || annotation === ALL_ANNOTATIONS))
    await putVersionRow(transaction, bucket, key, { ...row, replication: 'PENDING' })
  const queuedMilliseconds = service.clock.now().getTime()
  const sequence = service.eventSequence.next() + service.random.bytes(6).toString('hex')
  const queues = queuesOf(rules, service.settings.remoteBuckets)
  for (const [queue, ids] of queues) {
    const others = [...queues.keys()].filter((other) => other !== queue)
    const task: ReplicationTask = {
      bucketName,
      bucketId: bucket.id,
      key,
      order,
      what,
      rules: ids,
      ...(others.length > 0 && { sequence, others }),
      queuedMilliseconds,
      annotation,
      ...(isObject(row) && { sizeBytes: row.sizeBytes }),
    }
    transaction.put(outbox, [queue, sequence], {
      bucketId: bucket.id,
      key,
      createdMilliseconds: queuedMilliseconds,
      message: JSON.stringify(task),
    })
    transaction.afterCommit(() => service.eventDestinations.eventAdded(queue))
  }
  return true
}

/**
 * Leaves one annotation of a version that is put to the rules. It has a status of its own. Source: S3 User Guide, "What does
 * Amazon S3 replicate?": each annotation goes by itself when it changes.
 */
export function queueAnnotation(
  transaction: Transaction,
  service: Parameters<typeof queueReplication>[1],
  target: Parameters<typeof queueReplication>[2],
  row: VersionRow,
  name: string,
): Soon<boolean> {
  return isReplicated(target.bucket) && queueReplication(transaction, service, target, row, 'change', name)
}

/** The rules by the queues of their destinations: one for all buckets of this server, and one for each elsewhere. */
function queuesOf(
  rules: readonly ReplicationRule[],
  remoteBuckets: ReadonlySet<string>,
): Map<string, string[]> {
  const queues = new Map<string, string[]>()
  for (const { id, destination } of rules) {
    const queue = remoteBuckets.has(destination) ? remoteQueue(destination) : REPLICATION
    const ids = queues.get(queue)
    if (ids) ids.push(id)
    else queues.set(queue, [id])
  }
  return queues
}
