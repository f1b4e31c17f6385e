import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { isReplicationQueue } from '../../s3/shared/replicating/replication-queues.ts'
import type { Worker, WorkerStatus } from '../worker.ts'
import type { DeliveryCounts } from './delivery-counts.ts'
import { removeOld } from './old-events.ts'
import { outboxDestinations } from './outbox-destinations.ts'

export interface StrayEventOptions {
  readonly metadata: OrderedStore
  readonly clock: Clock
  readonly log: Log
  readonly counts: DeliveryCounts
  readonly destinations: ReadonlySet<string>
  /** Marks what waits for a bucket elsewhere. */
  readonly giveUp: (message: string) => Promise<void>
}

/**
 * Forgets events for destinations that the config does not have, when they are as old as events ever get: until then the
 * operator may bring the destination back.
 */
export class StrayEventWorker implements Worker {
  readonly name = 'stray-events'
  readonly restMilliseconds = 60 * 60 * 1000
  readonly #options: StrayEventOptions
  #done = 0

  constructor(options: StrayEventOptions) {
    this.#options = options
  }

  status(): WorkerStatus {
    return { done: this.#done }
  }

  async step(signal: AbortSignal): Promise<'idle'> {
    const { metadata, clock, destinations, giveUp } = this.#options
    for await (const destination of outboxDestinations(metadata)) {
      if (destinations.has(destination) || signal.aborted) continue
      const isReplication = isReplicationQueue(destination)
      const events = await removeOld(metadata, destination, clock, signal, isReplication ? giveUp : undefined)
      if (events > 0 && !isReplication) this.#dropped(destination, events)
    }
    return 'idle'
  }

  #dropped(destination: string, events: number): void {
    const { counts, log } = this.#options
    this.#done += events
    counts.dropped(destination, events)
    log.error({ destination, events }, 'events are dropped: the config has had no such destination for a day')
  }
}
