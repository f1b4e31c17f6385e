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
import { Deliveries, type Delivery, type Outcome } from './deliveries.ts'
import type { DeliveryCounts } from './delivery-counts.ts'
import { isTooOld, removeOld } from './old-events.ts'
import { Backoff } from './backoff.ts'
import { nameOf, RefusedKeys } from './refused-keys.ts'

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

interface BegunPage {
  /** Of the pass. */
  readonly isLast: boolean
  /** It is all that there is. */
  readonly isWhole: boolean
  /** Nothing was begun. */
  readonly isQuiet: boolean
  /** It holds what waits for something that is under way, or was a moment ago. */
  readonly leftAny: boolean
}

/** Most messages are taken by then. */
const SHORT_MILLISECONDS = 50
/** How soon it is looked for what has come while something is under way that takes longer. */
const QUIET_MILLISECONDS = 250

/** How long a pass that is at its end waits for what it has begun. */
function waitAfter({ isQuiet, isWhole }: BegunPage): number {
  if (!isQuiet) return SHORT_MILLISECONDS
  return isWhole ? QUIET_MILLISECONDS : POLL_MILLISECONDS
}

/** A line of the log for each failure would say no more. */
const TELL_EVERY_MILLISECONDS = 5000

/** Counting reads all that is left. */
const COUNT_EVERY_MILLISECONDS = 15_000

/**
 * Tells one destination what it has not been told yet, oldest first, each event at least once. Events of one key go in
 * their order, one after the other; those of several keys side by side, and none waits for one that takes long. A message that is
 * not taken holds up the later ones of its key and no others; a destination that takes none is left alone for longer and longer. What
 * could not be delivered for a day is dropped.
 */
export class OutboxWorker implements Worker {
  readonly name: string
  readonly #destination: string
  readonly #options: OutboxOptions
  readonly #unavailable: Backoff
  readonly #refused: RefusedKeys
  readonly #deliveries: Deliveries
  #oldestMilliseconds: number | undefined
  /** Where the pass through the backlog is. */
  #position: Uint8Array | undefined
  #done = 0
  #left = 0
  #countedMilliseconds = -Infinity
  /** Whether that the destination is away has led to its rest. */
  #isAwayNoted = false
  /** Failures that the log has not told of yet. */
  #untold = 0
  #toldMilliseconds = -Infinity

  constructor(destination: string, options: OutboxOptions) {
    this.name = outboxWorkerName(destination)
    this.#destination = destination
    this.#options = options
    this.#unavailable = new Backoff(options.clock)
    this.#refused = new RefusedKeys(options.clock)
    const { metadata, clock, giveUp, atOnce, sender, keepsAll } = options
    this.#deliveries = new Deliveries({
      metadata,
      clock,
      send: (message, signal) => sender.send(destination, message, signal),
      refused: this.#refused,
      isTooOld: (row) => !keepsAll && isTooOld(row, clock),
      giveUp,
      atOnce,
      isAwayAtOnce: isReplicationQueue(destination),
    })
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
    const { waitMilliseconds } = this.#unavailable
    if (waitMilliseconds > 0) return this.#restWhileAway(waitMilliseconds, signal)
    // What it was told between two steps is yet to be noted: nothing is begun then.
    if (this.#isAwayNoted) this.#deliveries.tryAgain()
    this.#isAwayNoted = false
    const page = await this.#beginPage(signal)
    if (page.isLast) await this.#deliveries.settleWithin(waitAfter(page))
    if (signal.aborted) await this.#deliveries.settle()
    this.#note()
    if (signal.aborted) return 'idle'
    const { isAway, isBusy } = this.#deliveries
    if (isAway) await this.#beAway(signal)
    const hasMore = isBusy || (!isAway && (!page.isLast || page.leftAny))
    if (page.isWhole && !hasMore) this.#left = await this.#countNow()
    else await this.#count()
    return hasMore ? 'progressed' : 'idle'
  }

  /** What was under way before may go on: it is idle only behind that. */
  async #restWhileAway(milliseconds: number, signal: AbortSignal): Promise<'progressed' | 'idle'> {
    const { isBusy } = this.#deliveries
    if (isBusy) await this.#deliveries.settleWithin(Math.min(milliseconds, POLL_MILLISECONDS))
    if (signal.aborted) await this.#deliveries.settle()
    this.#note()
    await this.#count()
    return isBusy && !signal.aborted ? 'progressed' : 'idle'
  }

  end(): Promise<void> {
    return this.#deliveries.settle()
  }

  /** Begins to deliver what the next page of the pass holds, as far as it does not wait for what is under way. */
  async #beginPage(signal: AbortSignal): Promise<BegunPage> {
    const { metadata } = this.#options
    const { start, end } = outbox.range(this.#destination)
    const from = this.#position ?? start
    if (from === start) this.#refused.beginPass()
    this.#deliveries.beginPage()
    const entries = await metadata.scan({ start: from, end, limit: PAGE })
    if (from === start) this.#oldestMilliseconds = oldestOf(metadata, entries)
    let [isQuiet, leftAny] = [true, false]
    for (const [name, messages] of byKey(metadata, entries)) {
      const [{ row }] = messages
      if (this.#deliveries.has(name)) {
        this.#refused.leaveBehind(row)
        leftAny = true
      } else if (this.#refused.mayTry(row)) {
        isQuiet = false
        await this.#deliveries.begin(messages, signal)
      }
    }
    const last = entries.length === PAGE ? entries.at(-1) : undefined
    this.#position = last && justAfter(last.key)
    if (!last) this.#refused.endPass((name) => this.#deliveries.has(name))
    return { isLast: !last, isWhole: !last && from === start, isQuiet, leftAny }
  }

  #note(): void {
    const { delivered, dropped, failures } = this.#taken()
    this.#done += delivered
    this.#dropped(dropped)
    this.#failed(failures)
    if (delivered > 0) this.#unavailable.reset()
  }

  /** After a fault it is not known how far which key came: the pass begins anew. */
  #taken(): Outcome {
    try {
      return this.#deliveries.take()
    } catch (error) {
      this.#position = undefined
      throw error
    }
  }

  /** The destination is left alone for a while. */
  async #beAway(signal: AbortSignal): Promise<void> {
    const { metadata, clock, giveUp, keepsAll } = this.#options
    this.#position = undefined
    this.#isAwayNoted = true
    this.#unavailable.failed()
    if (!keepsAll && !this.#deliveries.isBusy)
      this.#dropped(await removeOld(metadata, this.#destination, clock, signal, giveUp))
  }

  #failed(failures: readonly Error[]): void {
    if (failures.length === 0) return
    const { clock, counts, log } = this.#options
    counts.failed(this.#destination, failures.length)
    this.#untold += failures.length
    const now = clock.now().getTime()
    if (Math.abs(now - this.#toldMilliseconds) < TELL_EVERY_MILLISECONDS) return
    const [first] = failures
    const fields = { destination: this.#destination, failures: this.#untold, reason: first?.message }
    this.#untold = 0
    this.#toldMilliseconds = now
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
    const now = this.#options.clock.now().getTime()
    if (Math.abs(now - this.#countedMilliseconds) < COUNT_EVERY_MILLISECONDS) return
    this.#countedMilliseconds = now
    this.#left = await this.#countNow()
  }

  #countNow(): Promise<number> {
    return countOf(this.#options.metadata, outbox.range(this.#destination))
  }
}

/** The messages of a page, by their keys. */
function byKey(metadata: OrderedStore, entries: readonly Entry[]): Map<string, [Delivery, ...Delivery[]]> {
  const groups = new Map<string, [Delivery, ...Delivery[]]>()
  for (const entry of entries) {
    const row = readable(metadata, outbox, entry)?.row
    if (!row) continue
    const delivery = { storeKey: entry.key, row }
    const group = groups.get(nameOf(row))
    if (group) group.push(delivery)
    else groups.set(nameOf(row), [delivery])
  }
  return groups
}

/** The first entry is the oldest. */
function oldestOf(metadata: OrderedStore, [first]: readonly Entry[]): number | undefined {
  return first && readable(metadata, outbox, first)?.row.createdMilliseconds
}
