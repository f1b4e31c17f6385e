import type { Log } from '../../base/log.ts'
import type { RemoteBuckets } from '../../s3/operations/replication/remote-bucket.ts'
import { REPLICATION, remoteQueue } from '../../s3/shared/replicating/replication-queues.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { ReplicationCounts } from '../replication/replication-counts.ts'
import { ReplicationSender } from '../replication/replication-sender.ts'
import { ReplicationTimesWorker } from '../replication/replication-times-worker.ts'
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
    /** By their names; the first is that of this server's buckets. */
    readonly workers: readonly OutboxWorker[]
    readonly times: ReplicationTimesWorker
  }
}

/** All that events need besides commits: a worker for each destination, so that none waits for another. */
export function eventWorkers(service: S3Service, log: Log, remoteBuckets: RemoteBuckets): EventWorkers {
  const { eventDestinations, stores, clock } = service
  const { names, sender } = eventDestinations
  const counts = new DeliveryCounts()
  const options = { metadata: stores.metadata, clock, log, counts }
  const replicated = new ReplicationCounts()
  const replicates = new ReplicationSender(service, log, replicated, remoteBuckets)
  const giveUp = (message: string): Promise<void> => replicates.giveUp(message)
  const toRemote = { ...options, sender: replicates, giveUp }
  const replication = [
    new OutboxWorker(REPLICATION, { ...options, sender: replicates, keepsAll: true }),
    ...[...remoteBuckets].map(
      ([name, { parallel }]) => new OutboxWorker(remoteQueue(name), { ...toRemote, atOnce: parallel }),
    ),
  ]
  const times = new ReplicationTimesWorker(service)
  const known = [...names, REPLICATION, ...[...remoteBuckets.keys()].map(remoteQueue)]
  const workers = [
    ...replication,
    times,
    ...[...names].map((destination) => new OutboxWorker(destination, { ...options, sender })),
    new StrayEventWorker({ ...options, destinations: new Set(known), giveUp }),
    new RestoreWorker(service),
  ]
  return { workers, counts, replication: { counts: replicated, workers: replication, times } }
}
