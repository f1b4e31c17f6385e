import type { Clock } from '../../base/clock.ts'
import { DAY_MILLISECONDS } from '../../base/day.ts'
import type { Log } from '../../base/log.ts'
import type { ScrubConfig } from '../../config/config.ts'
import { ALL_KEYS } from '../../metadata/key-limits.ts'
import { justAfter } from '../../metadata/just-after.ts'
import type { WorkerProgressRow } from '../../metadata/tables/rows.ts'
import { buckets, workerProgress } from '../../metadata/tables/tables.ts'
import { transact } from '../../metadata/transaction.ts'
import { readable, readIfReadable } from '../../metadata/unreadable-rows.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import type { Worker, WorkerStatus } from '../worker.ts'
import { bucketNames } from '../store-usage.ts'
import { forgetGone, noteRow } from './damage.ts'
import { damagedRows } from './scrub-rows.ts'
import { SCRUBBED, scrubEntry } from './scrub-page.ts'

export interface ScrubSettings {
  readonly bytesPerSecond: number
  /** From the beginning of one pass to that of the next. */
  readonly everyMilliseconds: number
}

export function scrubSettings({ megabytesPerSecond, everyDays }: ScrubConfig): ScrubSettings {
  return {
    bytesPerSecond: megabytesPerSecond * 1_000_000,
    everyMilliseconds: everyDays * DAY_MILLISECONDS,
  }
}

/** Read in one step, unless one object alone is larger; then the worker rests until the rate allows more. */
const STEP_BYTES = 4 * 1024 * 1024
const STEP_ROWS = 50

/** The last phase of a pass, which is of no bucket. */
const ROWS = 'rows'
const STEP_OF_ROWS = 1000
/** Between two looks whether a pass is due. */
const REST_MILLISECONDS = 60 * 60 * 1000

type Place = NonNullable<WorkerProgressRow['at']>

/**
 * Reads all objects, slowly, and holds them against their checksums. Damage is logged and noted in the store; nothing is
 * ever deleted. Goes on where it was after a restart.
 */
export class ScrubWorker implements Worker {
  readonly name = 'scrub'
  readonly #service: S3Service
  readonly #settings: ScrubSettings
  readonly #log: Log
  #restMilliseconds = REST_MILLISECONDS
  #done = 0
  #at: string | undefined

  constructor(service: S3Service, settings: ScrubSettings, log: Log) {
    this.#service = service
    this.#settings = settings
    this.#log = log
  }

  get restMilliseconds(): number {
    return this.#restMilliseconds
  }

  status(): WorkerStatus {
    return { done: this.#done, at: this.#at }
  }

  /** Says `idle` after each step: what it rests then keeps it to its rate. */
  async step(signal: AbortSignal): Promise<'idle'> {
    this.#restMilliseconds = REST_MILLISECONDS
    const progress = await readIfReadable(this.#service.stores.metadata, workerProgress, this.name)
    const pass = progress?.at ? progress : this.#newPass(progress)
    if (!pass.at) {
      if (!progress) await this.#save(pass)
      await forgetGone(this.#service.stores.metadata)
      return 'idle'
    }
    const pace = new Pace(this.#service.clock, this.#settings.bytesPerSecond, signal)
    const next =
      pass.at.phase === ROWS ? await this.#readRows(pass.at, pace) : await this.#goOn(pass.at, pace, signal)
    if (!next) await forgetGone(this.#service.stores.metadata)
    await this.#save({ passStartedMilliseconds: pass.passStartedMilliseconds, at: next })
    this.#at = next && (next.phase === ROWS ? ROWS : `${next.phase} of ${next.bucketName}`)
    if (next) this.#restMilliseconds = pace.owedMilliseconds
    return 'idle'
  }

  /** The first pass of a store begins when another would be due: there is nothing old in it yet. */
  #newPass(last: WorkerProgressRow | undefined): WorkerProgressRow {
    const now = this.#service.clock.now().getTime()
    const isDue = last && Math.abs(now - last.passStartedMilliseconds) >= this.#settings.everyMilliseconds
    if (isDue) return { passStartedMilliseconds: now, at: { bucketName: '', phase: SCRUBBED[0].name } }
    return last ?? { passStartedMilliseconds: now }
  }

  async #save(progress: WorkerProgressRow): Promise<void> {
    await transact(this.#service.stores.metadata, async (transaction) => {
      transaction.put(workerProgress, [this.name], progress)
    })
  }

  async #goOn(place: Place, pace: Pace, signal: AbortSignal): Promise<Place | undefined> {
    const { metadata } = this.#service.stores
    const { end: endOfBuckets } = buckets.range()
    const [found] = await metadata.scan({ start: buckets.key(place.bucketName), end: endOfBuckets, limit: 1 })
    if (!found) return { bucketName: '', phase: ROWS }
    const [bucketName] = buckets.parts(found.key)
    const isSame = bucketName === place.bucketName
    const index = isSame
      ? Math.max(
          SCRUBBED.findIndex(({ name }) => name === place.phase),
          0,
        )
      : 0
    const { name: phase, table } = SCRUBBED[index] ?? SCRUBBED[0]
    const bucket = readable(metadata, buckets, found)?.row
    if (!bucket) return { bucketName: `${bucketName}\u0000`, phase: SCRUBBED[0].name }
    const { start, end } = table.range(bucket.id)
    const from = isSame && place.after !== undefined ? justAfter(Buffer.from(place.after, 'base64')) : start
    const entries = await metadata.scan({ start: from, end, limit: STEP_ROWS })
    for (const [at, entry] of entries.entries()) {
      await this.#scrub(bucketName, table, entry, pace, signal)
      const isEnough = pace.bytes >= STEP_BYTES || (at === entries.length - 1 && entries.length === STEP_ROWS)
      if (isEnough) return { bucketName, phase, after: Buffer.from(entry.key).toString('base64') }
    }
    const following = SCRUBBED[index + 1]
    if (following) return { bucketName, phase: following.name }
    return { bucketName: `${bucketName}\u0000`, phase: SCRUBBED[0].name }
  }

  /** All rows of the store, whatever table they are in, after the objects. */
  async #readRows({ bucketName, after }: Place, pace: Pace): Promise<Place | undefined> {
    const { metadata } = this.#service.stores
    const start = after === undefined ? ALL_KEYS.start : justAfter(Buffer.from(after, 'base64'))
    const entries = await metadata.scan({ start, end: ALL_KEYS.end, limit: STEP_OF_ROWS })
    for (const { key, value } of entries) await pace.take(key.length + value.length)
    for (const { entry, damage } of await damagedRows(metadata, entries, () => bucketNames(metadata))) {
      this.#log.error(damage, 'DAMAGED: a row of metadata cannot be read')
      if (entry) await noteRow(this.#service, entry.key, damage)
    }
    const last = entries.at(-1)
    if (!last || entries.length < STEP_OF_ROWS) return undefined
    return { bucketName, phase: ROWS, after: Buffer.from(last.key).toString('base64') }
  }

  async #scrub(
    bucketName: string,
    table: Parameters<typeof scrubEntry>[2],
    entry: Parameters<typeof scrubEntry>[3],
    pace: Pace,
    signal: AbortSignal,
  ): Promise<void> {
    await scrubEntry(this.#service, bucketName, table, entry, {
      bytesRead: (bytes) => pace.take(bytes),
      onVerdict: () => this.#done++,
      notes: true,
      onDamage: (damage) =>
        this.#log.error(damage, 'DAMAGED: the bytes of an object are not those that were stored'),
      signal,
    })
  }
}

/** Keeps a reader to a rate: a step's bytes are paid for by rest after it, a large object's on the way. */
class Pace {
  bytes = 0
  readonly #clock: Clock
  readonly #bytesPerSecond: number
  readonly #signal: AbortSignal
  #paidBytes = 0

  constructor(clock: Clock, bytesPerSecond: number, signal: AbortSignal) {
    this.#clock = clock
    this.#bytesPerSecond = bytesPerSecond
    this.#signal = signal
  }

  get owedMilliseconds(): number {
    return Math.ceil(((this.bytes - this.#paidBytes) / this.#bytesPerSecond) * 1000)
  }

  async take(bytes: number): Promise<void> {
    this.bytes += bytes
    if (this.bytes - this.#paidBytes < 4 * STEP_BYTES) return
    await this.#clock.sleep(this.owedMilliseconds, this.#signal)
    this.#paidBytes = this.bytes
  }
}
