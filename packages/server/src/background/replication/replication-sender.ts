import { errorMessage } from '../../base/error-message.ts'
import type { Log } from '../../base/log.ts'
import { StorageFault } from '../../base/storage-fault.ts'
import { S3Error } from '../../model/s3-error.ts'
import { replicateVersion } from '../../s3/operations/replication/replicate-version.ts'
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

  constructor(service: S3Service, log: Log, counts: ReplicationCounts) {
    this.#service = service
    this.#roles = new ReplicationRoles(service)
    this.#log = log
    this.#counts = counts
  }

  async send(_destination: string, message: string, signal: AbortSignal): Promise<void> {
    const task = JSON.parse(message) as ReplicationTask
    try {
      const failures = await replicateVersion({ service: this.#service, roles: this.#roles, signal }, task)
      if (failures.length === 0) this.#counts.replicated++
      for (const { ruleId, destination, reason } of failures) {
        this.#counts.failedFor(reason)
        const { bucketName: bucket, key, order: versionId } = task
        const fields = { bucket, key, versionId, ruleId, destination, reason }
        this.#log.warn(fields, 'a version could not be replicated')
      }
    } catch (error) {
      // What S3 refuses, or cannot read, is about this version or its bucket: others are not to wait for it.
      const isOwn = error instanceof S3Error || (error instanceof StorageFault && error.kind === 'corrupt')
      throw new DeliveryFailure(isOwn ? 'refused' : 'unavailable', errorMessage(error), { cause: error })
    }
  }
}
