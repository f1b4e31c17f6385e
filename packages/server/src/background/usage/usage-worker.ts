import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { buckets, workerProgress } from '../../metadata/tables/tables.ts'
import { BASE_SHARE, usageShares } from '../../metadata/tables/usage-tables.ts'
import { serverProcesses } from '../../metadata/tables/worker-tables.ts'
import { transact } from '../../metadata/transaction.ts'
import { readableRows, readIfReadable } from '../../metadata/unreadable-rows.ts'
import { addUsage, isNoUsage, noUsage } from '../../metadata/usage-amounts.ts'
import { USAGE_PERIOD_MILLISECONDS } from '../../metadata/usage-ledger.ts'
import { mayLive } from '../process-presence.ts'
import type { Worker, WorkerStatus } from '../worker.ts'
import { CountedMoment, type Missing } from './count-bucket.ts'
import { foldShares } from './fold-shares.ts'

export interface UsageOptions {
  readonly metadata: OrderedStore
  readonly clock: Clock
  readonly log: Log
  /** How long a process that says nothing counts as alive. */
  readonly timeoutMilliseconds: number
}

/** Every bucket is counted anew so often, though nothing should come of it. */
const RECOUNT_MILLISECONDS = 30 * 24 * 60 * 60 * 1000
/** A moment is kept no longer than it takes to count the bucket that was begun by then: it keeps old pages alive. */
const MOMENT_MILLISECONDS = 2000

/**
 * Sees to what buckets are said to hold: folds the shares that processes have left, counts the buckets of older stores row by
 * row, and all once a month, to tell, and to put right, what no longer agrees.
 */
export class UsageWorker implements Worker {
  readonly name = 'usage'
  readonly restMilliseconds = USAGE_PERIOD_MILLISECONDS
  readonly #options: UsageOptions
  #counted = 0
  #left: number | undefined

  constructor(options: UsageOptions) {
    this.#options = options
  }

  status(): WorkerStatus {
    return { done: this.#counted, left: this.#left }
  }

  async step(signal: AbortSignal): Promise<'progressed' | 'idle'> {
    const { metadata, clock, timeoutMilliseconds } = this.#options
    const unknown = await foldShares(metadata, clock)
    const { names, isRecount } = await this.#toCount(unknown)
    this.#left = names.length
    if (names.length === 0) return 'idle'
    // Their commits are not counted.
    if (await hasOlderProcess(metadata, clock, timeoutMilliseconds)) return 'idle'
    await this.#count(names, isRecount, signal)
    return 'progressed'
  }

  /** In the order of their names. */
  async #toCount(unknown: readonly string[]): Promise<{ names: string[]; isRecount: boolean }> {
    if (unknown.length > 0) return { names: unknown.toSorted(), isRecount: false }
    const { metadata, clock } = this.#options
    const now = clock.now().getTime()
    const progress = await readIfReadable(metadata, workerProgress, this.name)
    const isDue = !progress || Math.abs(now - progress.passStartedMilliseconds) >= RECOUNT_MILLISECONDS
    if (!isDue && !progress.at) return { names: [], isRecount: true }
    if (!progress?.at) await this.#note(now, progress ? '' : undefined)
    // A store that was never gone through has counted all there was just now, or from the beginning.
    if (!progress) return { names: [], isRecount: true }
    const after = progress.at?.bucketName ?? ''
    const names: string[] = []
    for await (const { parts } of readableRows(metadata, buckets)) if (parts[0] > after) names.push(parts[0])
    if (names.length === 0) await this.#note(progress.passStartedMilliseconds, undefined)
    return { names, isRecount: true }
  }

  /** As many as there is time for. */
  async #count(names: readonly string[], isRecount: boolean, signal: AbortSignal): Promise<void> {
    const { metadata, clock } = this.#options
    const begun = clock.now().getTime()
    await using snapshot = await metadata.snapshot()
    const moment = new CountedMoment(metadata, snapshot, signal)
    for (const [at, name] of names.entries()) {
      const bucket = await readIfReadable(metadata, buckets, name)
      if (bucket) await this.#add(name, bucket.id, await moment.missingIn(bucket.id), isRecount)
      this.#counted++
      this.#left = names.length - at - 1
      if (isRecount) await this.#noteAt(name)
      if (Math.abs(clock.now().getTime() - begun) >= MOMENT_MILLISECONDS) return
    }
  }

  async #add(
    name: string,
    bucketId: string,
    { missing, baseStamp }: Missing,
    isRecount: boolean,
  ): Promise<void> {
    if (isRecount && isNoUsage(missing)) return
    if (isRecount) this.#options.log.warn({ bucket: name, ...missing }, 'what a bucket holds was told wrong')
    await transact(this.#options.metadata, async (transaction) => {
      // Not where it has been deleted.
      if ((await transaction.get(buckets, name))?.id !== bucketId) return
      const key = usageShares.key(bucketId, ...BASE_SHARE)
      const sum = noUsage()
      // Somebody else was quicker.
      if ((await this.#options.metadata.get(key))?.stamp !== baseStamp) return
      const base = await transaction.getIfReadable(usageShares, bucketId, ...BASE_SHARE)
      if (base) addUsage(sum, base)
      transaction.expect(key, baseStamp)
      addUsage(sum, missing)
      transaction.put(usageShares, [bucketId, ...BASE_SHARE], { ...sum, isWhole: true })
    })
  }

  async #noteAt(bucketName: string): Promise<void> {
    const progress = await readIfReadable(this.#options.metadata, workerProgress, this.name)
    await this.#note(progress?.passStartedMilliseconds ?? 0, bucketName)
  }

  #note(passStartedMilliseconds: number, bucketName: string | undefined): Promise<void> {
    const at = bucketName === undefined ? undefined : { bucketName, phase: 'count' }
    return transact(this.#options.metadata, async (transaction) => {
      transaction.put(workerProgress, [this.name], { passStartedMilliseconds, at })
    })
  }
}

async function hasOlderProcess(
  metadata: OrderedStore,
  clock: Clock,
  timeoutMilliseconds: number,
): Promise<boolean> {
  const now = clock.now().getTime()
  for await (const { row } of readableRows(metadata, serverProcesses)) {
    if (!row.countsUsage && mayLive(row, now, timeoutMilliseconds)) return true
  }
  return false
}
