import { endsWithin } from '../../base/ends-within.ts'
import type { OpenJob } from '../../s3/operations/jobs/open-job-rows.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import type { Worker, WorkerStatus } from '../worker.ts'
import type { JobSteps } from './job-steps.ts'
import { forgetJobs, nextJob } from './open-jobs.ts'

const REST_MILLISECONDS = 5_000
/** How often it forgets jobs, at the least, while there is something to do. */
const FORGET_MILLISECONDS = 60_000
/** Of several accounts: a task may take as long as a huge object takes to be read, or a function to return. */
const MOST_AT_ONCE = 4
/** How soon it is looked for the job of another account while one takes longer: all open jobs are read. */
const LOOK_MILLISECONDS = REST_MILLISECONDS

/** Does the jobs of batch operations, of each account that of the highest priority first, those of several accounts side by side. */
export class JobWorker implements Worker {
  readonly name = 'jobs'
  readonly restMilliseconds = REST_MILLISECONDS
  readonly #service: S3Service
  readonly #steps: Pick<JobSteps, 'done' | 'goOn' | 'stopReading'>
  /** By account: what step its job is at, and until when. */
  readonly #underWay = new Map<string, { readonly at: string; readonly ended: Promise<void> }>()
  /** Whose turn it was. */
  #accountId: string | undefined
  #failures: unknown[] = []
  #forgotMilliseconds = -Infinity

  constructor(service: S3Service, steps: Pick<JobSteps, 'done' | 'goOn' | 'stopReading'>) {
    this.#service = service
    this.#steps = steps
  }

  status(): WorkerStatus {
    const at = [...this.#underWay.values()].map((step) => step.at).join(', ')
    return { done: this.#steps.done, at: at === '' ? undefined : at }
  }

  async step(signal: AbortSignal): Promise<'progressed' | 'idle'> {
    // Of a step that ended since.
    if (this.#failures.length > 0) throw this.#failures.shift()
    await this.#service.identities.glance()
    const job = await this.#next()
    await this.#forget(job === undefined)
    if (job) this.#begin(job, signal)
    const underWay = [...this.#underWay.values()].map(({ ended }) => ended)
    if (underWay.length > 0) await endsWithin(LOOK_MILLISECONDS, this.#service.clock, Promise.race(underWay))
    return underWay.length > 0 ? 'progressed' : 'idle'
  }

  /** A manifest that is open keeps its bytes from being freed. */
  async leave(): Promise<void> {
    if (this.#underWay.size === 0) await this.#steps.stopReading()
  }

  async end(): Promise<void> {
    await Promise.all([...this.#underWay.values()].map(({ ended }) => ended))
  }

  /** Whose account has none under way. */
  async #next(): Promise<OpenJob | undefined> {
    if (this.#underWay.size >= MOST_AT_ONCE) return undefined
    const { stores, settings } = this.#service
    // As of now: one that ends meanwhile leaves rows that may have been read before.
    const busy = new Set(this.#underWay.keys())
    const { dayMilliseconds } = settings
    const job = await nextJob(stores.metadata, this.#now, { dayMilliseconds, last: this.#accountId, busy })
    if (job) this.#accountId = job.accountId
    return job
  }

  #begin(job: OpenJob, signal: AbortSignal): void {
    const { accountId, jobId, row } = job
    const ended = this.#steps
      .goOn(job, signal)
      .catch((error: unknown) => void this.#failures.push(error))
      .finally(() => this.#underWay.delete(accountId))
    this.#underWay.set(accountId, { at: `${row.status} ${jobId}`, ended })
  }

  async #forget(isIdle: boolean): Promise<void> {
    if (!isIdle && this.#now - this.#forgotMilliseconds < FORGET_MILLISECONDS) return
    const { stores, settings } = this.#service
    await forgetJobs(stores.metadata, this.#now, settings.dayMilliseconds)
    this.#forgotMilliseconds = this.#now
  }

  get #now(): number {
    return this.#service.clock.now().getTime()
  }
}
