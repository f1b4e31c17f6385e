import type { Log } from '../../base/log.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { ReplicationCounts } from '../replication/replication-counts.ts'
import { ReplicationSender } from '../replication/replication-sender.ts'
import { REPLICATION } from '../../s3/shared/replicating/queue-replication.ts'
import { RestoreWorker } from '../restore-worker.ts'
import type { Worker } from '../worker.ts'
import { DeliveryCounts } from './delivery-counts.ts'
import { OutboxWorker } from './outbox-worker.ts'
import { StrayEventWorker } from './stray-event-worker.ts'

export interface EventWorkers {
  readonly workers: readonly Worker[]
  readonly counts: DeliveryCounts
  readonly replication: {
    readonly counts: ReplicationCounts
    readonly worker: OutboxWorker
  }
}

/** All that events need besides commits: a worker for each destination, so that none waits for another. */
export function eventWorkers(service: S3Service, log: Log): EventWorkers {
  const { eventDestinations, stores, clock } = service
  const { names, sender } = eventDestinations
  const counts = new DeliveryCounts()
  const options = { metadata: stores.metadata, clock, log, counts }
  const replicated = new ReplicationCounts()
  const replication = new OutboxWorker(REPLICATION, {
    ...options,
    sender: new ReplicationSender(service, log, replicated),
    keepsAll: true,
  })
  const workers = [
    replication,
    ...[...names].map((destination) => new OutboxWorker(destination, { ...options, sender })),
    new StrayEventWorker({ ...options, destinations: new Set([...names, REPLICATION]) }),
    new RestoreWorker(service),
  ]
  return { workers, counts, replication: { counts: replicated, worker: replication } }
}
