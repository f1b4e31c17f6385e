import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import { justAfter } from '../../metadata/just-after.ts'
import type { Entry, OrderedStore } from '../../metadata/ordered-store.ts'
import { outbox } from '../../metadata/tables/event-tables.ts'
import { readable } from '../../metadata/unreadable-rows.ts'
import type { EventSender } from '../../s3/shared/announcing/event-sender.ts'
import { isReplicationQueue } from '../../s3/shared/replicating/replication-queues.ts'
import { countOf } from '../store-usage.ts'
import type { Worker, WorkerStatus } from '../worker.ts'
import { deliverPage } from './deliver-page.ts'
import type { DeliveryCounts } from './delivery-counts.ts'
import { isTooOld, removeOld } from './old-events.ts'
import { Backoff } from './backoff.ts'
import { RefusedKeys } from './refused-keys.ts'

export interface OutboxOptions {
  readonly metadata: OrderedStore
  readonly clock: Clock
  readonly log: Log
  readonly sender: EventSender
  readonly counts: DeliveryCounts
  /** Nothing is ever dropped, however old it is. */
  readonly keepsAll?: true
  /** What is done for a message that is dropped, before it is. */
  readonly giveUp?: (message: string) => Promise<void>
  /** How many messages are on their way at once. Default: 8. */
  readonly atOnce?: number
}

/** Whom to call when a commit left something for a destination. */
export function outboxWorkerName(destination: string): string {
  return isReplicationQueue(destination) ? destination : `events to ${destination}`
}

/** Rows looked at in one step. */
const PAGE = 100

/** How soon events that another process committed are found. Those of this process call. */
const POLL_MILLISECONDS = 1000

/** Counting reads all that is left. */
const COUNT_EVERY_MILLISECONDS = 15_000

/**
 * Tells one destination what it has not been told yet, oldest first, each event at least once. Events of one key go in
 * their order, one after the other; those of several keys side by side. A destination that does not answer is left alone
 * for longer and longer; a message that is refused holds up the later ones of its key and no others. What could not be
 * delivered for a day is dropped.
 */
export class OutboxWorker implements Worker {
  readonly name: string
  readonly #destination: string
  readonly #options: OutboxOptions
  readonly #unavailable: Backoff
  readonly #refused: RefusedKeys
  #oldestMilliseconds: number | undefined
  /** Where the pass through the backlog is. */
  #position: Uint8Array | undefined
  #done = 0
  #left = 0
  #countedMilliseconds = -Infinity

  constructor(destination: string, options: OutboxOptions) {
    this.name = outboxWorkerName(destination)
    this.#destination = destination
    this.#options = options
    this.#unavailable = new Backoff(options.clock)
    this.#refused = new RefusedKeys(options.clock)
  }

  get restMilliseconds(): number {
    return Math.max(POLL_MILLISECONDS, this.#unavailable.waitMilliseconds)
  }

  status(): WorkerStatus {
    return { done: this.#done, left: this.#left }
  }

  /** How long the oldest that was there at the last look has been waiting; 0 where there was nothing. */
  get lagMilliseconds(): number {
    const oldest = this.#oldestMilliseconds
    return oldest === undefined ? 0 : Math.max(0, this.#options.clock.now().getTime() - oldest)
  }

  async step(signal: AbortSignal): Promise<'progressed' | 'idle'> {
    if (this.#unavailable.waitMilliseconds > 0) {
      await this.#count()
      return 'idle'
    }
    const { start, end } = outbox.range(this.#destination)
    const from = this.#position ?? start
    if (from === start) this.#refused.beginPass()
    const entries = await this.#options.metadata.scan({ start: from, end, limit: PAGE })
    if (from === start) this.#oldestMilliseconds = oldestOf(this.#options.metadata, entries)
    const { gone, isAvailable } = await this.#handle(entries, signal)
    const last = entries.length === PAGE ? entries.at(-1) : undefined
    this.#position = last && isAvailable ? justAfter(last.key) : undefined
    if (!last && isAvailable) this.#refused.endPass()
    if (!last && from === start) this.#left = entries.length - gone
    else await this.#count()
    return this.#position ? 'progressed' : 'idle'
  }

  /** How many of them are gone, and whether the destination could be reached. */
  async #handle(
    entries: readonly Entry[],
    signal: AbortSignal,
  ): Promise<{ readonly gone: number; readonly isAvailable: boolean }> {
    const { metadata, sender, clock, giveUp, atOnce } = this.#options
    const page = await deliverPage(entries, {
      metadata,
      send: (message) => sender.send(this.#destination, message, signal),
      refused: this.#refused,
      isTooOld: (row) => !this.#options.keepsAll && isTooOld(row, clock),
      giveUp,
      atOnce,
    })
    const remove = [...page.delivered, ...page.dropped]
    if (remove.length > 0) await metadata.commit({ expect: [], put: [], remove })
    this.#done += page.delivered.length
    this.#dropped(page.dropped.length)
    if (signal.aborted) return { gone: remove.length, isAvailable: false }
    this.#failed(page.failures)
    if (page.delivered.length > 0) this.#unavailable.reset()
    if (!page.isUnavailable) return { gone: remove.length, isAvailable: true }
    this.#unavailable.failed()
    if (this.#options.keepsAll) return { gone: remove.length, isAvailable: false }
    const old = await removeOld(metadata, this.#destination, clock, signal, giveUp)
    this.#dropped(old)
    return { gone: remove.length + old, isAvailable: false }
  }

  #failed(failures: readonly Error[]): void {
    if (failures.length === 0) return
    const { counts, log } = this.#options
    counts.failed(this.#destination, failures.length)
    const [first] = failures
    const fields = { destination: this.#destination, failures: failures.length, reason: first?.message }
    const what = isReplicationQueue(this.#destination) ? 'versions' : 'events'
    log.warn(fields, `${what} were not taken; they are sent again`)
  }

  #dropped(events: number): void {
    if (events === 0) return
    const { counts, log } = this.#options
    // Who gives up tells of each.
    if (this.#options.giveUp) return
    counts.dropped(this.#destination, events)
    log.error({ destination: this.#destination, events }, 'events are dropped: they were not taken for a day')
  }

  /** While there is much, what is left is counted now and then. */
  async #count(): Promise<void> {
    const { metadata, clock } = this.#options
    const now = clock.now().getTime()
    if (Math.abs(now - this.#countedMilliseconds) < COUNT_EVERY_MILLISECONDS) return
    this.#countedMilliseconds = now
    this.#left = await countOf(metadata, outbox.range(this.#destination))
  }
}

/** The first entry is the oldest. */
function oldestOf(metadata: OrderedStore, [first]: readonly Entry[]): number | undefined {
  return first && readable(metadata, outbox, first)?.row.createdMilliseconds
}
