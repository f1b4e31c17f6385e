import type { Clock } from '../../base/clock.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import type { OutboxRow } from '../../metadata/tables/event-tables.ts'
import { DeliveryFailure } from '../../s3/shared/announcing/event-sender.ts'
import { nameOf, type RefusedKeys } from './refused-keys.ts'

/** Messages on their way to one destination at once. */
const MOST_AT_ONCE = 8

/** Keys of which something was taken, or is on its way, and is not removed yet. */
const MOST_UNDER_WAY = 1000

/** Of rows that are removed at once. */
const BATCH = 64

/** So many failures in a row, after something was taken, and it is the destination that is away. */
const LEAST_FAILURES_IN_A_ROW = 8

export interface DeliveriesOptions {
  readonly metadata: OrderedStore
  readonly clock: Clock
  readonly send: (message: string, signal: AbortSignal) => Promise<void>
  readonly refused: RefusedKeys
  /** Whether an event that is refused again is given up. */
  readonly isTooOld: (row: OutboxRow) => boolean
  /** Told before. */
  readonly giveUp?: ((message: string) => Promise<void>) | undefined
  /** Default: 8. */
  readonly atOnce?: number | undefined
  /** What cannot reach the destination says so of the destination, not of its message: the first one counts for all. */
  readonly isAwayAtOnce?: boolean | undefined
}

/** A message that waits, and where it is kept. */
export interface Delivery {
  readonly storeKey: Uint8Array
  readonly row: OutboxRow
}

/** What became of messages. */
export interface Outcome {
  readonly delivered: number
  readonly dropped: number
  readonly failures: readonly Error[]
}

interface Batch extends PromiseWithResolvers<void> {
  readonly keys: Uint8Array[]
}

/**
 * What is on its way to one destination: messages of one key in their order, those of several keys side by side, none of which waits for
 * another that takes long. What was taken is removed as it comes.
 */
export class Deliveries {
  readonly #options: DeliveriesOptions
  readonly #atOnce: number
  /** Until what was taken is removed. */
  readonly #underWay = new Set<string>()
  #sending = 0
  /** Keys that had something on its way since the last `beginPage`. */
  readonly #ended = new Set<string>()
  #oneEnded = Promise.withResolvers<false>()
  /** Whose failures came one after the other since something was taken; absent while it is not known that anything is. */
  #failedInARow: OutboxRow[] | undefined
  #isAway = false
  #outcome = { delivered: 0, dropped: 0, failures: [] as Error[] }
  #fault: { readonly error: unknown } | undefined
  /** What is removed next. */
  #batch: Batch | undefined
  #isCommitting = false
  /** How many wait for what is under way. */
  #waiting = 0

  constructor(options: DeliveriesOptions) {
    this.#options = options
    this.#atOnce = options.atOnce ?? MOST_AT_ONCE
  }

  get isBusy(): boolean {
    return this.#underWay.size > 0
  }

  /** Whether it is the destination that takes nothing. Then nothing more is begun until `tryAgain`. */
  get isAway(): boolean {
    return this.#isAway
  }

  tryAgain(): void {
    this.#isAway = false
  }

  /** A page of what waits is about to be read: of the keys whose messages end from now on it may hold some that are gone. */
  beginPage(): void {
    this.#ended.clear()
  }

  /** Whether a page may hold messages of a key that are on their way, or gone. */
  has(name: string): boolean {
    return this.#underWay.has(name) || this.#ended.has(name)
  }

  /** Sends messages of one key as soon as there is room for them. */
  async begin(messages: readonly Delivery[], signal: AbortSignal): Promise<void> {
    const [first] = messages
    if (!first) return
    while (this.#sending >= this.#atOnce || this.#underWay.size >= MOST_UNDER_WAY)
      await this.#oneEnded.promise
    if (this.#isAway || signal.aborted || this.#fault) return
    const name = nameOf(first.row)
    this.#underWay.add(name)
    this.#sending++
    void this.#deliverAll(name, messages, signal)
  }

  /** Until nothing is on its way, and what was taken is removed. */
  async settle(): Promise<void> {
    await this.#wait(undefined)
  }

  /** The same, but for so long at the most. */
  async settleWithin(milliseconds: number): Promise<void> {
    const timer = new AbortController()
    const isOver = (): boolean => true
    await this.#wait(this.#options.clock.sleep(milliseconds, timer.signal).then(isOver, isOver))
    timer.abort()
  }

  async #wait(over: Promise<boolean> | undefined): Promise<void> {
    this.#waiting++
    void this.#commitBatches()
    while (this.isBusy) {
      const { promise } = this.#oneEnded
      if (await (over ? Promise.race([promise, over]) : promise)) break
    }
    this.#waiting--
  }

  /** What became of messages since the last call. Throws what was no failure to deliver. */
  take(): Outcome {
    const [outcome, fault] = [this.#outcome, this.#fault]
    this.#fault = undefined
    if (fault) throw fault.error
    this.#outcome = { delivered: 0, dropped: 0, failures: [] }
    return outcome
  }

  async #deliverAll(name: string, messages: readonly Delivery[], signal: AbortSignal): Promise<void> {
    try {
      await this.#deliver(messages, signal)
    } catch (error) {
      this.#fault ??= { error }
    }
    this.#underWay.delete(name)
    this.#ended.add(name)
    this.#tellEnded()
  }

  async #deliver(messages: readonly Delivery[], signal: AbortSignal): Promise<void> {
    const gone: Uint8Array[] = []
    const ended = { delivered: 0, dropped: 0 }
    try {
      for (const { storeKey, row } of messages) {
        const end = this.#isAway ? undefined : await this.#deliverOne(row, signal)
        if (end === undefined) break
        ended[end]++
        gone.push(storeKey)
      }
    } finally {
      // Others need not wait until it is removed.
      this.#sending--
      this.#tellEnded()
      if (gone.length > 0) await this.#remove(gone)
      this.#outcome.delivered += ended.delivered
      this.#outcome.dropped += ended.dropped
    }
  }

  #tellEnded(): void {
    this.#oneEnded.resolve(false)
    this.#oneEnded = Promise.withResolvers()
  }

  /** `undefined` where it waits on, and so do those behind it. */
  async #deliverOne(row: OutboxRow, signal: AbortSignal): Promise<'delivered' | 'dropped' | undefined> {
    const { refused, isTooOld, giveUp } = this.#options
    const failure = await this.#tryToSend(row, signal)
    if (!failure) {
      refused.settled(row)
      this.#failedInARow = []
      return 'delivered'
    }
    if (signal.aborted) return undefined
    this.#outcome.failures.push(failure)
    if (refused.isFull || (failure.kind === 'unavailable' && this.#seemsAway(row))) {
      // It is not for these keys to wait longer than others.
      for (const failed of this.#failedInARow ?? []) refused.settled(failed)
      this.#failedInARow = undefined
      this.#isAway = true
      return undefined
    }
    if (!isTooOld(row)) {
      refused.refused(row)
      return undefined
    }
    await giveUp?.(row.message)
    refused.settled(row)
    return 'dropped'
  }

  #seemsAway(row: OutboxRow): boolean {
    this.#failedInARow?.push(row)
    const most = this.#options.isAwayAtOnce ? 1 : Math.max(LEAST_FAILURES_IN_A_ROW, this.#atOnce)
    return (this.#failedInARow?.length ?? most) >= most
  }

  async #tryToSend(row: OutboxRow, signal: AbortSignal): Promise<DeliveryFailure | undefined> {
    try {
      await this.#options.send(row.message, signal)
      return undefined
    } catch (error) {
      if (error instanceof DeliveryFailure) return error
      throw error
    }
  }

  /** In one commit with others: as soon as they are many, or somebody waits. */
  #remove(keys: readonly Uint8Array[]): Promise<void> {
    const batch = (this.#batch ??= { keys: [], ...Promise.withResolvers<void>() })
    batch.keys.push(...keys)
    void this.#commitBatches()
    return batch.promise
  }

  async #commitBatches(): Promise<void> {
    if (this.#isCommitting) return
    this.#isCommitting = true
    while (this.#batch && (this.#batch.keys.length >= BATCH || this.#waiting > 0)) {
      const { keys, resolve, reject } = this.#batch
      this.#batch = undefined
      await this.#options.metadata.commit({ expect: [], put: [], remove: keys }).then(() => resolve(), reject)
    }
    this.#isCommitting = false
  }
}
