import type { Log } from '../../base/log.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { RestoreWorker } from '../restore-worker.ts'
import type { Worker } from '../worker.ts'
import { DeliveryCounts } from './delivery-counts.ts'
import { OutboxWorker } from './outbox-worker.ts'
import { StrayEventWorker } from './stray-event-worker.ts'

export interface EventWorkers {
  readonly workers: readonly Worker[]
  readonly counts: DeliveryCounts
}

/** All that events need besides commits: a worker for each destination, so that none waits for another. */
export function eventWorkers(service: S3Service, log: Log): EventWorkers {
  const { eventDestinations, stores, clock } = service
  const { names, sender } = eventDestinations
  const counts = new DeliveryCounts()
  const options = { metadata: stores.metadata, clock, log, counts }
  const workers = [
    ...[...names].map((destination) => new OutboxWorker(destination, { ...options, sender })),
    new StrayEventWorker({ ...options, destinations: names }),
    new RestoreWorker(service),
  ]
  return { workers, counts }
}
