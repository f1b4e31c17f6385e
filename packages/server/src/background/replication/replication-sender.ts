import { errorMessage } from '../../base/error-message.ts'
import type { Log } from '../../base/log.ts'
import { StorageFault } from '../../base/storage-fault.ts'
import { S3Error } from '../../model/s3-error.ts'
import { type RemoteBuckets, RemoteBusy } from '../../s3/operations/replication/remote-bucket.ts'
import {
  type FailedReplication,
  giveUpVersion,
  replicateVersion,
} from '../../s3/operations/replication/replicate-version.ts'
import { ReplicationRoles } from '../../s3/operations/replication/replication-role.ts'
import { DeliveryFailure, type EventSender } from '../../s3/shared/announcing/event-sender.ts'
import type { ReplicationTask } from '../../s3/shared/replicating/queue-replication.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import type { ReplicationCounts } from './replication-counts.ts'

/** Does what tasks of the outbox say. What cannot be done for good is told, counted, and marked on the version. */
export class ReplicationSender implements EventSender {
  readonly #service: S3Service
  readonly #roles: ReplicationRoles
  readonly #log: Log
  readonly #counts: ReplicationCounts
  readonly #remoteBuckets: RemoteBuckets

  constructor(service: S3Service, log: Log, counts: ReplicationCounts, remoteBuckets: RemoteBuckets) {
    this.#service = service
    this.#roles = new ReplicationRoles(service)
    this.#log = log
    this.#counts = counts
    this.#remoteBuckets = remoteBuckets
  }

  async send(queue: string, message: string, signal: AbortSignal): Promise<void> {
    const task = JSON.parse(message) as ReplicationTask
    const [service, roles, remoteBuckets] = [this.#service, this.#roles, this.#remoteBuckets]
    try {
      const failures = await replicateVersion({ service, roles, remoteBuckets, signal, queue }, task)
      if (failures.length === 0) this.#counts.replicated++
      this.#tell(task, failures)
    } catch (error) {
      throw new DeliveryFailure(kindOf(error), errorMessage(error), { cause: error })
    }
  }

  /** Marks as FAILED what a bucket elsewhere has not taken for a day. */
  async giveUp(message: string): Promise<void> {
    const task = JSON.parse(message) as ReplicationTask
    this.#tell(task, await giveUpVersion(this.#service, task))
  }

  #tell(task: ReplicationTask, failures: readonly FailedReplication[]): void {
    for (const { ruleId, destination, annotation, reason, cause, isTold } of failures) {
      this.#counts.failedFor(reason)
      if (isTold) this.#counts.failedByRuleOf(task.bucketName, ruleId)
      const { bucketName: bucket, key, order: versionId } = task
      const said = cause instanceof Error && { said: cause.message }
      const fields = { bucket, key, versionId, annotation, ruleId, destination, reason, ...said }
      const what = annotation === undefined ? 'a version' : 'an annotation'
      this.#log.warn(fields, `${what} could not be replicated`)
    }
  }
}

/** What S3 refuses, or cannot read, is about this version or its bucket: others are not to wait for it. */
function kindOf(error: unknown): DeliveryFailure['kind'] {
  if (error instanceof RemoteBusy) return error.holds === 'version' ? 'refused' : 'unavailable'
  const isOwn = error instanceof S3Error || (error instanceof StorageFault && error.kind === 'corrupt')
  return isOwn ? 'refused' : 'unavailable'
}
