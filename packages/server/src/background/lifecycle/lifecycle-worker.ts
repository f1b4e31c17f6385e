import type { Log } from '../../base/log.ts'
import { entriesOf } from '../../metadata/entries-of.ts'
import { justAfter } from '../../metadata/just-after.ts'
import type { Entry } from '../../metadata/ordered-store.ts'
import type { WorkerProgressRow } from '../../metadata/tables/rows.ts'
import { buckets, current, uploads, versions, workerProgress } from '../../metadata/tables/tables.ts'
import { transact } from '../../metadata/transaction.ts'
import { passOver, readIfReadable } from '../../metadata/unreadable-rows.ts'
import { readLifecycleRules } from '../../s3/shared/bucket/lifecycle-rules.ts'
import { readArchivings } from '../../s3/shared/storage-tiers/access-tiers.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import type { Worker, WorkerStatus } from '../worker.ts'
import { expireCurrent } from './expire-current.ts'
import { expireUploads } from './expire-uploads.ts'
import { expireVersions } from './expire-versions.ts'

/** What a pass does in each bucket, in this order. */
const PHASES = [
  { name: 'uploads', table: uploads, handle: expireUploads },
  { name: 'current', table: current, handle: expireCurrent },
  { name: 'versions', table: versions, handle: expireVersions },
] as const

/** Rows looked at in one step. */
const PAGE = 500
/** Most steps stay in the bucket they begin with. */
const BUCKETS_AT_ONCE = 10

/** S3 runs its rules once a day; a pass that finds nothing to do costs little, so that ours run every hour. */
const MOST_REST_MILLISECONDS = 60 * 60 * 1000

type Place = NonNullable<WorkerProgressRow['at']>

/**
 * Carries out lifecycle rules and moves objects of INTELLIGENT_TIERING between their tiers: goes through the buckets that
 * have any, some hundred rows a step, and goes on where it was after a restart. Whatever it does is a transaction of its
 * own that first sees whether the rule still applies.
 */
export class LifecycleWorker implements Worker {
  readonly name = 'lifecycle'
  readonly restMilliseconds: number
  readonly #service: S3Service
  readonly #log: Log
  #done = 0
  #at: string | undefined

  constructor(service: S3Service, log: Log) {
    this.#service = service
    this.#log = log
    this.restMilliseconds = Math.min(service.settings.dayMilliseconds, MOST_REST_MILLISECONDS)
  }

  status(): WorkerStatus {
    return { done: this.#done, at: this.#at }
  }

  async step(signal: AbortSignal): Promise<'progressed' | 'idle'> {
    const progress = await readIfReadable(this.#service.stores.metadata, workerProgress, this.name)
    const pass = progress?.at ? progress : this.#newPass(progress)
    if (!pass?.at) return 'idle'
    // Records of what it does name the owners of buckets, of which no request may have told this process.
    await this.#service.identities.glance()
    // A clock set back since then was ahead: nothing is due by it.
    const now = Math.min(pass.passStartedMilliseconds, this.#service.clock.now().getTime())
    const next = await this.#goOn(pass.at, now, signal)
    await this.#save({ passStartedMilliseconds: pass.passStartedMilliseconds, at: next })
    this.#at = next && `${next.phase} of ${next.bucketName}`
    return next ? 'progressed' : 'idle'
  }

  /** A pass begins when the last one began long enough ago. A clock set back must not keep it waiting. */
  #newPass(last: WorkerProgressRow | undefined): WorkerProgressRow | undefined {
    const now = this.#service.clock.now().getTime()
    const since = last ? Math.abs(now - last.passStartedMilliseconds) : Infinity
    if (since < this.restMilliseconds) return undefined
    return { passStartedMilliseconds: now, at: { bucketName: '', phase: PHASES[0].name } }
  }

  async #save(progress: WorkerProgressRow): Promise<void> {
    await transact(this.#service.stores.metadata, async (transaction) => {
      transaction.put(workerProgress, [this.name], progress)
    })
  }

  /** Handles one page; returns where the pass goes on, or `undefined` at its end. */
  async #goOn(place: Place, nowMilliseconds: number, signal: AbortSignal): Promise<Place | undefined> {
    const found = await this.#ruledBucket(place.bucketName)
    if (!found) return undefined
    const { name, bucket } = found
    const isSame = name === place.bucketName
    const index = isSame ? PHASES.findIndex((phase) => phase.name === place.phase) : 0
    const phase = PHASES[index] ?? PHASES[0]
    const { start, end } = phase.table.range(bucket.id)
    const after = isSame && place.after !== undefined ? Buffer.from(place.after, 'base64') : undefined
    // A bucket that was made anew under the name has its rows elsewhere.
    const isWithin = after && Buffer.compare(after, start) >= 0 && Buffer.compare(after, end) < 0
    const from = isWithin ? justAfter(after) : start
    const entries = await this.#service.stores.metadata.scan({ start: from, end, limit: PAGE })
    this.#done += await phase.handle(
      { ...found, service: this.#service, log: this.#log, nowMilliseconds, signal },
      entries,
    )
    const last = entries.at(-1)
    if (last && entries.length === PAGE) {
      return { bucketName: name, phase: phase.name, after: Buffer.from(last.key).toString('base64') }
    }
    const following = PHASES[index + 1]
    return following
      ? { bucketName: name, phase: following.name }
      : { bucketName: `${name}\u0000`, phase: PHASES[0].name }
  }

  /** The first bucket with rules, or with objects whose access is monitored, from a name on. */
  async #ruledBucket(fromName: string) {
    const range = { start: buckets.key(fromName), end: buckets.range().end }
    for await (const entry of entriesOf(this.#service.stores.metadata, range, BUCKETS_AT_ONCE)) {
      const ruled = await this.#rulesOf(entry)
      if (ruled) return ruled
    }
    return undefined
  }

  /** `undefined` for a bucket without rules, and for one whose rows cannot be read. */
  async #rulesOf(entry: Entry) {
    try {
      const bucket = buckets.decode(entry)
      const [name] = buckets.parts(entry.key)
      const rules = await readLifecycleRules(this.#service, bucket)
      // Buckets of older versions have no mark.
      const isTiered = bucket.isTiered || bucket.documents?.intelligentTiering !== undefined
      if (rules.length === 0 && !isTiered) return undefined
      return { name, bucket, rules, archivings: await readArchivings(this.#service, bucket) }
    } catch (error) {
      passOver(this.#service.stores.metadata, error)
      return undefined
    }
  }
}
