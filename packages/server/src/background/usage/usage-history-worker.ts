import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../../base/clock.ts'
import { removeRange } from '../../metadata/entries-of.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { workerProgress } from '../../metadata/tables/tables.ts'
import {
  USAGE_RINGS,
  usageSamples,
  type UsageSampleRow,
  type UsageStep,
} from '../../metadata/tables/usage-history-tables.ts'
import { transact } from '../../metadata/transaction.ts'
import { readIfReadable } from '../../metadata/unreadable-rows.ts'
import { bucketNames } from '../store-usage.ts'
import type { Worker, WorkerStatus } from '../worker.ts'
import { type BucketUsage, bucketUsages } from './bucket-usages.ts'

/** Buckets of one step, and so of one commit. */
const BUCKETS_A_STEP = 100
/** Rows taken away in one commit. */
const REMOVED_AT_ONCE = 500
const REST_MILLISECONDS = 10 * 60 * 1000
const STEPS: readonly UsageStep[] = ['hour', 'day']

/**
 * Once an hour notes what each bucket holds, in rings: what a bucket costs is bounded, and does not depend on what it holds. The
 * sample of a day is the last of its hours. Where no server ran there are none.
 */
export class UsageHistoryWorker implements Worker {
  readonly name = 'usage-history'
  readonly restMilliseconds = REST_MILLISECONDS
  readonly #metadata: OrderedStore
  readonly #clock: Clock
  #done = 0
  #at: string | undefined

  constructor(metadata: OrderedStore, clock: Clock) {
    this.#metadata = metadata
    this.#clock = clock
  }

  status(): WorkerStatus {
    return { done: this.#done, at: this.#at }
  }

  async step(): Promise<'progressed' | 'idle'> {
    const now = this.#clock.now().getTime()
    const last = await readIfReadable(this.#metadata, workerProgress, this.name)
    if (last && !last.at && hourOf(last.passStartedMilliseconds) === hourOf(now)) return 'idle'
    const after = last?.at?.bucketName ?? ''
    const page = await this.#pageAfter(after)
    const next = page.length === BUCKETS_A_STEP ? page.at(-1)?.name : undefined
    const passStartedMilliseconds = last?.at ? last.passStartedMilliseconds : now
    await transact(this.#metadata, async (transaction) => {
      for (const { id, usage } of page)
        if (usage.isKnown)
          for (const step of STEPS) transaction.put(usageSamples, slotAt(id, step, now), sampleOf(usage, now))
      const at = next === undefined ? undefined : { bucketName: next, phase: 'sample' }
      transaction.put(workerProgress, [this.name], { passStartedMilliseconds, at })
    })
    this.#done += page.length
    this.#at = next
    if (next !== undefined) return 'progressed'
    await this.#forgetGone()
    return 'idle'
  }

  async #pageAfter(after: string): Promise<readonly BucketUsage[]> {
    const page: BucketUsage[] = []
    for await (const bucket of bucketUsages(this.#metadata, after)) {
      page.push(bucket)
      if (page.length === BUCKETS_A_STEP) break
    }
    return page
  }

  /** Of buckets that have been deleted. Looks at one row of each bucket. */
  async #forgetGone(): Promise<void> {
    const { end, start: first } = usageSamples.range()
    // Read before: a bucket that is made meanwhile has no samples yet.
    const names = await bucketNames(this.#metadata)
    for (let start = first; ;) {
      const [entry] = await this.#metadata.scan({ start, end, limit: 1 })
      if (!entry) return
      const [id] = usageSamples.parts(entry.key)
      if (!names.has(id)) await removeRange(this.#metadata, usageSamples.range(id), { page: REMOVED_AT_ONCE })
      start = usageSamples.range(id).end
      await nextTurn()
    }
  }
}

function hourOf(milliseconds: number): number {
  return Math.floor(milliseconds / USAGE_RINGS.hour.stepMilliseconds)
}

function slotAt(bucketId: string, step: UsageStep, now: number): [string, UsageStep, number] {
  const { stepMilliseconds, size } = USAGE_RINGS[step]
  return [bucketId, step, Math.floor(now / stepMilliseconds) % size]
}

function sampleOf(usage: BucketUsage['usage'], atMilliseconds: number): UsageSampleRow {
  const { objects, versions, bytes, partBytes } = usage
  return { atMilliseconds, objects, versions, bytes, partBytes }
}
