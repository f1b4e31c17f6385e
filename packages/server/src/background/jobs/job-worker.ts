import { endsWithin } from '../../base/ends-within.ts'
import { errorMessage } from '../../base/error-message.ts'
import type { Log } from '../../base/log.ts'
import type { OpenJob } from '../../s3/operations/jobs/open-job-rows.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import type { Worker, WorkerStatus } from '../worker.ts'
import type { JobSteps } from './job-steps.ts'
import { nextJob, tendJobs } from './open-jobs.ts'

const REST_MILLISECONDS = 5_000
/** How often it sees to jobs that have no turn, at the least, while there is something to do. */
const TEND_MILLISECONDS = 60_000
/** Of several accounts: a task may take as long as a huge object takes to be read, or a function to return. */
const MOST_AT_ONCE = 4
/** How soon it is looked for the job of another account while one takes longer. */
const LOOK_MILLISECONDS = REST_MILLISECONDS
/** After a step that failed, so that what is unwell is not asked without pause. */
const REST_AFTER_FAILURE_MILLISECONDS = 5_000

/**
 * Does the jobs of batch operations, of each account that of the highest priority first, those of several accounts side by side. A job
 * that cannot be brought on rests, and no other with it.
 */
export class JobWorker implements Worker {
  readonly name = 'jobs'
  readonly restMilliseconds = REST_MILLISECONDS
  readonly #service: S3Service
  readonly #steps: Pick<JobSteps, 'done' | 'goOn' | 'stopReading'>
  readonly #log: Log
  /** By account: what step its job is at, and until when. */
  readonly #underWay = new Map<string, { readonly at: string; readonly ended: Promise<void> }>()
  /** Whose turn it was. */
  #accountId: string | undefined
  /** By job: what its latest step failed with, and until when it rests. */
  readonly #failed = new Map<string, { readonly message: string; readonly untilMilliseconds: number }>()
  #tendedMilliseconds = -Infinity

  constructor(
    service: S3Service,
    steps: Pick<JobSteps, 'done' | 'goOn' | 'stopReading'>,
    { log }: { readonly log: Log },
  ) {
    this.#service = service
    this.#steps = steps
    this.#log = log
  }

  status(): WorkerStatus {
    const at = [...this.#underWay.values()].map((step) => step.at).join(', ')
    const failure = [...this.#failed.values()].at(-1)?.message
    return { done: this.#steps.done, at: at === '' ? undefined : at, failure }
  }

  async step(signal: AbortSignal): Promise<'progressed' | 'idle'> {
    await this.#service.identities.glance()
    const job = await this.#next()
    const isTended = await this.#tend(job === undefined)
    if (job) this.#begin(job, signal)
    const underWay = [...this.#underWay.values()].map(({ ended }) => ended)
    if (underWay.length > 0) await endsWithin(LOOK_MILLISECONDS, this.#service.clock, Promise.race(underWay))
    return underWay.length > 0 || isTended ? 'progressed' : 'idle'
  }

  /** A manifest that is open keeps its bytes from being freed. */
  async leave(): Promise<void> {
    this.#failed.clear()
    if (this.#underWay.size === 0) await this.#steps.stopReading()
  }

  async end(): Promise<void> {
    await Promise.all([...this.#underWay.values()].map(({ ended }) => ended))
  }

  /** Whose account has none under way. */
  async #next(): Promise<OpenJob | undefined> {
    if (this.#underWay.size >= MOST_AT_ONCE) return undefined
    // As of now: one that ends meanwhile leaves rows that may have been read before.
    const busy = new Set(this.#underWay.keys())
    const { metadata } = this.#service.stores
    const job = await nextJob(metadata, { last: this.#accountId, busy, resting: this.#resting() })
    if (job) this.#accountId = job.accountId
    return job
  }

  #begin(job: OpenJob, signal: AbortSignal): void {
    const { accountId, jobId, row } = job
    const ended = this.#steps
      .goOn(job, signal)
      .then(
        () => void this.#failed.delete(jobId),
        (error: unknown) => this.#noteFailure(jobId, error),
      )
      .finally(() => this.#underWay.delete(accountId))
    this.#underWay.set(accountId, { at: `${row.status} ${jobId}`, ended })
  }

  #noteFailure(jobId: string, err: unknown): void {
    this.#log.error({ job: jobId, err }, 'a step of a job failed')
    const untilMilliseconds = this.#now + REST_AFTER_FAILURE_MILLISECONDS
    this.#failed.delete(jobId)
    this.#failed.set(jobId, { message: errorMessage(err), untilMilliseconds })
  }

  /** Jobs that failed a moment ago. Those that nobody has brought on for long have gone. */
  #resting(): Set<string> {
    const resting = new Set<string>()
    for (const [jobId, { untilMilliseconds }] of this.#failed)
      if (untilMilliseconds > this.#now) resting.add(jobId)
      else if (untilMilliseconds + TEND_MILLISECONDS < this.#now) this.#failed.delete(jobId)
    return resting
  }

  async #tend(isIdle: boolean): Promise<boolean> {
    if (!isIdle && this.#now - this.#tendedMilliseconds < TEND_MILLISECONDS) return false
    const { stores, settings } = this.#service
    this.#tendedMilliseconds = this.#now
    return (await tendJobs(stores.metadata, this.#now, settings.dayMilliseconds)) > 0
  }

  get #now(): number {
    return this.#service.clock.now().getTime()
  }
}
