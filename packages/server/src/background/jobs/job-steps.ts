import type { Caller } from '../../access/caller.ts'
import { type JobRow, jobResults, jobs, type JobTask, jobTasks } from '../../metadata/tables/job-tables.ts'
import { transact } from '../../metadata/transaction.ts'
import { S3Error } from '../../model/s3-error.ts'
import type { JobOperation } from '../../model/types.gen.ts'
import { type OpenJob, putJob } from '../../s3/operations/jobs/open-job-rows.ts'
import { jobArn } from '../../s3/operations/jobs/job-arn.ts'
import { requestOf } from '../../s3/operations/jobs/job-request.ts'
import type { RemoteBuckets } from '../../s3/operations/replication/remote-bucket.ts'
import type { Replicating } from '../../s3/operations/replication/replicate-version.ts'
import { ReplicationRoles } from '../../s3/operations/replication/replication-role.ts'
import { AssumedRoles } from '../../s3/shared/deciding/assumed-roles.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { atMost, type FoundTasks } from './found-tasks.ts'
import { generatedTasks } from './generated-tasks.ts'
import { reportLine, writeReport } from './job-report.ts'
import { manifestTasks } from './manifest-tasks.ts'
import { JobMovedOn } from './job-moved-on.ts'
import { beginReading, type Reading, whileReading } from './job-reading.ts'
import { activeJobs, changeOpenJob, endJob, isJobAsFound } from './open-jobs.ts'
import { inOrder } from './in-order.ts'
import type { JobSession } from './perform-as.ts'
import { runTask } from './run-task.ts'
import { isRefusal, outcomeOf, refusalOf } from './task-outcome.ts'
import { writeManifest } from './write-manifest.ts'

/** Tasks of one step, at the most. After a crash those of the step that was under way are done again. */
const TASKS_TOGETHER = 50
/** Of functions, which take their time elsewhere. */
const CALLS_AT_ONCE = 16
/** Of what commits and moves no bytes: commits that are made together are flushed together. Done twice it is as it was. */
const COMMITS_AT_ONCE = 8
const OF_COMMITS: ReadonlySet<string | undefined> = new Set<keyof JobOperation>([
  ...(['S3PutObjectTagging', 'S3DeleteObjectTagging', 'S3PutObjectAcl'] as const),
  ...(['S3PutObjectLegalHold', 'S3PutObjectRetention', 'S3UpdateObjectEncryption'] as const),
])
/** Rows of tasks that are read of a manifest in one step. */
const ROWS_TOGETHER = 20
/** How often in a row a job is tried that fails by what is wrong with the store. */
const MOST_TRIES = 12
/** Then others have their turn; no task is broken off. */
const STEP_MILLISECONDS = 5000
/** Source: S3 User Guide, "Tracking job failures": of so many tasks more than half. */
const FEWEST_FOR_FAILURE = 1000

/** Ours: AWS takes billions. Tasks are rows until they are done. */
const MOST_TASKS = 10_000_000

interface Preparing extends Reading {
  readonly tasks: FoundTasks
  rows: number
  total: number
}

/**
 * Does the steps of jobs, some tasks in each, each task as a request of the job's role. Each task is done at least once: with its outcome
 * goes the row that says it is to be done, in one commit. Jobs of one account have their steps one after the other.
 */
export class JobSteps {
  readonly #service: S3Service
  readonly #roles: AssumedRoles
  readonly #replicating: Omit<Replicating, 'signal'>
  #done = 0
  /** The manifest that is being read of each account; begun anew where its process ended. */
  readonly #preparing = new Map<string, Preparing>()
  /** How many of the latest steps of a job failed. */
  readonly #failedSteps = new Map<string, number>()

  constructor(service: S3Service, remoteBuckets: RemoteBuckets) {
    this.#service = service
    this.#replicating = { service, remoteBuckets, roles: new ReplicationRoles(service) }
    const principal = 'batchoperations.s3.amazonaws.com'
    this.#roles = new AssumedRoles(service, { principal, sessionName: 's3-batch-operations' })
  }

  /** Tasks, since the process started. */
  get done(): number {
    return this.#done
  }

  /** Ends the readings of manifests, while no step is under way. */
  async stopReading(): Promise<void> {
    for (const accountId of this.#preparing.keys()) await this.#endReading(accountId)
  }

  /** Brings a job on by one step. Rejects where that is to be tried again. */
  async goOn(job: OpenJob, signal: AbortSignal): Promise<void> {
    const { metadata } = this.#service.stores
    switch (job.row.status) {
      case 'New':
        await changeOpenJob(metadata, job, { status: 'Preparing' })
        return
      case 'Preparing':
        await this.#attempt(job, signal, (session) => this.#prepare(job, session))
        return
      case 'Ready':
      case 'Paused':
        await this.#pauseOthers(job)
        await changeOpenJob(metadata, job, { status: 'Active' })
        return
      case 'Active':
        await this.#attempt(job, signal, (session) => this.#run(job, session))
        return
      case 'Suspended':
        // Has no turn.
        return
      case 'Completing':
      case 'Cancelling':
      case 'Failing':
        await this.#attempt(job, signal, (session) => this.#end(job, session))
        return
      case 'Complete':
      case 'Cancelled':
      case 'Failed':
        await this.#endAs(job, {})
    }
  }

  /** What the role may not, and what the manifest is not, ends a job; what is wrong with the store is tried again for a while. */
  async #attempt(
    job: OpenJob,
    signal: AbortSignal,
    work: (session: JobSession) => Promise<void>,
  ): Promise<void> {
    try {
      const caller = await this.#callerOf(job)
      await work({ jobId: job.jobId, service: this.#service, caller, signal })
    } catch (error) {
      // A reading that failed has ended, and would look like one that came to the end.
      await this.#endReading(job.accountId)
      if (signal.aborted || error instanceof JobMovedOn) return
      if (!(await isJobAsFound(this.#service.stores.metadata, job))) return
      if (!isRefusal(error) && !this.#isLastTry(job)) {
        this.#failedSteps.set(job.jobId, this.#triesOf(job) + 1)
        throw error
      }
      const { code, message } = refusalOf(error)
      await this.#fail(job, code, message)
    }
  }

  #triesOf({ jobId }: OpenJob): number {
    return this.#failedSteps.get(jobId) ?? 0
  }

  #isLastTry(job: OpenJob): boolean {
    return this.#triesOf(job) >= MOST_TRIES - 1
  }

  async #callerOf({ accountId, jobId, row }: OpenJob): Promise<Caller> {
    const caller = await this.#roles.find(row.roleArn, {
      'aws:SourceArn': jobArn(this.#service, accountId, jobId),
      'aws:SourceAccount': accountId,
    })
    if (caller) return caller
    throw new S3Error('AccessDenied', {}, { message: 'The role of the job cannot be assumed' })
  }

  async #fail(job: OpenJob, code: string, reason: string): Promise<void> {
    const failures = [...(job.row.failures ?? []), { code, reason }]
    // Who cancels a job is told that it is, though its report could not be written.
    const status = job.row.status === 'Cancelling' ? 'Cancelled' : 'Failed'
    await this.#endAs(job, { status, failures })
  }

  async #prepare(job: OpenJob, session: JobSession): Promise<void> {
    const { metadata } = this.#service.stores
    const preparing = await this.#preparingOf(job, session)
    if (!preparing) return
    for (let row = 0; row < ROWS_TOGETHER; row++) {
      const { tasks, end } = await takeTasks(preparing.tasks)
      if (tasks.length > 0) {
        const place = [job.jobId, preparing.rows] as const
        const isWritten = await whileReading(metadata, preparing, (transaction) => {
          transaction.put(jobTasks, [...place], { tasks })
        })
        if (!isWritten) return this.#endReading(job.accountId)
        preparing.rows++
      }
      preparing.total += tasks.length
      if (end === 'pause') return
      if (!end) continue
      await this.#endReading(job.accountId)
      const generator = requestOf(job.row).ManifestGenerator?.S3JobManifestGenerator
      if (generator && preparing.total === 0) {
        const reason = 'Manifest generation found no keys matching the filter criteria.'
        return this.#fail(job, 'InvalidManifestContent', reason)
      }
      const generatedManifest = generator && (await writeManifest(session, preparing, generator))
      const suspended = { status: 'Suspended', suspendedMilliseconds: this.#now } as const
      const change = job.row.isConfirmed ? ({ status: 'Ready' } as const) : suspended
      const found = { totalTasks: preparing.total, generatedManifest, readingId: undefined }
      await whileReading(metadata, preparing, (transaction, now) => {
        putJob(transaction, { ...job, row: { ...now, ...change, ...found } }, now)
      })
      return
    }
  }

  async #endReading(accountId: string): Promise<void> {
    const reading = this.#preparing.get(accountId)
    this.#preparing.delete(accountId)
    await reading?.tasks.return(undefined).catch(() => undefined)
  }

  /** What this process reads of the job's manifest; `undefined` where the job is not prepared any more. */
  async #preparingOf(
    { accountId, jobId, row }: OpenJob,
    session: JobSession,
  ): Promise<Preparing | undefined> {
    const known = this.#preparing.get(accountId)
    if (known?.jobId === jobId && known.readingId === row.readingId) return known
    await this.#endReading(accountId)
    const { stores, random } = this.#service
    const reading = { accountId, jobId, readingId: random.bytes(8).toString('hex') }
    if (!(await beginReading(stores.metadata, reading))) return undefined
    const { Manifest, ManifestGenerator, Operation } = requestOf(row)
    const generator = ManifestGenerator?.S3JobManifestGenerator
    const tasks = Manifest
      ? manifestTasks(session, Manifest)
      : generatedTasks(
          session,
          generator ?? { SourceBucket: '', EnableManifestOutput: false },
          Operation.S3ReplicateObject !== undefined,
        )
    const preparing = { ...reading, tasks: atMost(MOST_TASKS, tasks), rows: 0, total: 0 }
    this.#preparing.set(accountId, preparing)
    return preparing
  }

  /** Source: S3 User Guide, "Job statuses": one of a higher priority has the others of its account wait. */
  async #pauseOthers({ accountId, jobId }: OpenJob): Promise<void> {
    const { metadata } = this.#service.stores
    for await (const other of activeJobs(metadata, accountId))
      if (other.jobId !== jobId) await changeOpenJob(metadata, other, { status: 'Paused' })
  }

  async #run(job: OpenJob, session: JobSession): Promise<void> {
    const { metadata } = this.#service.stores
    const [entry] = await metadata.scan({ ...jobTasks.range(job.jobId), limit: 1 })
    if (!entry) {
      await changeOpenJob(metadata, job, { status: 'Completing' })
      return
    }
    const { Operation, Report } = requestOf(job.row)
    const began = this.#now
    const isLastTry = this.#isLastTry(job)
    const { signal } = session
    const { tasks } = jobTasks.decode(entry)
    const { outcomes, trouble } = await inOrder(tasks, {
      atOnce: tasksAtOnce(Operation),
      mayGoOn: () => !signal.aborted && this.#now - began < STEP_MILLISECONDS,
      run: (task) =>
        outcomeOf(() => runTask(session, this.#replicating, Operation, task), { isLastTry, signal }),
    })
    const done = outcomes.length
    const lines = { succeeded: '', failed: '' }
    let failedTasks = 0
    let isTroubled = false
    for (const [index, task] of tasks.slice(0, done).entries()) {
      const outcome = outcomes[index] ?? {}
      const { failure } = outcome
      if (failure) failedTasks++
      if (failure && !isRefusal(failure)) isTroubled = true
      lines[failure ? 'failed' : 'succeeded'] += reportLine(task, outcome)
    }
    const [, number] = jobTasks.parts(entry.key)
    if (done > 0) {
      await transact(metadata, async (transaction) => {
        const row = await transaction.get(jobs, job.accountId, job.jobId)
        // Where another process was faster, its outcome counts.
        const still = await transaction.get(jobTasks, job.jobId, number)
        if (!row || still?.tasks.length !== tasks.length) return
        if (done === tasks.length) transaction.remove(jobTasks, job.jobId, number)
        else transaction.put(jobTasks, [job.jobId, number], { tasks: tasks.slice(done) })
        if (Report.Enabled) {
          const before = await transaction.get(jobResults, job.jobId, number)
          const succeeded = (before?.succeeded ?? '') + lines.succeeded
          const failed = (before?.failed ?? '') + lines.failed
          transaction.put(jobResults, [job.jobId, number], { succeeded, failed })
        }
        const counted = withOutcome(row, done - failedTasks, failedTasks, this.#now - began)
        putJob(transaction, { ...job, row: counted }, row)
      })
      this.#done += done
      if (!isTroubled) this.#failedSteps.delete(job.jobId)
    }
    if (trouble) throw trouble.cause
  }

  async #end(job: OpenJob, session: JobSession): Promise<void> {
    const { status } = job.row
    await writeReport(session, job, requestOf(job.row).Report)
    const ended = status === 'Completing' ? 'Complete' : status === 'Cancelling' ? 'Cancelled' : 'Failed'
    await this.#endAs(job, { status: ended })
  }

  async #endAs(job: OpenJob, change: Partial<JobRow>): Promise<void> {
    if (this.#preparing.get(job.accountId)?.jobId === job.jobId) await this.#endReading(job.accountId)
    this.#failedSteps.delete(job.jobId)
    await endJob(this.#service.stores.metadata, job, change, this.#now)
  }

  get #now(): number {
    return this.#service.clock.now().getTime()
  }
}

function tasksAtOnce(operation: JobOperation): number {
  const [name] = Object.keys(operation)
  if (name === 'LambdaInvoke') return CALLS_AT_ONCE
  return OF_COMMITS.has(name) ? COMMITS_AT_ONCE : 1
}

/** As many as go into a row, where neither all nor a page ends before. */
async function takeTasks(found: FoundTasks) {
  const tasks: JobTask[] = []
  while (tasks.length < TASKS_TOGETHER) {
    const next = await found.next()
    if (next.done) return { tasks, end: 'all' } as const
    if (!next.value) return { tasks, end: 'pause' } as const
    tasks.push(next.value)
  }
  return { tasks, end: undefined }
}

function withOutcome(row: JobRow, succeeded: number, failed: number, milliseconds: number): JobRow {
  const failedTasks = row.failedTasks + failed
  const succeededTasks = row.succeededTasks + succeeded
  const activeMilliseconds = row.activeMilliseconds + milliseconds
  const counted = { ...row, failedTasks, succeededTasks, activeMilliseconds }
  const isHopeless = failedTasks + succeededTasks >= FEWEST_FOR_FAILURE && failedTasks > succeededTasks
  if (!isHopeless || row.status !== 'Active') return counted
  const failures = [{ code: 'JobFailureThreshold', reason: 'More than half of the tasks failed' }]
  return { ...counted, status: 'Failing', failures }
}
