import {
  type JobRow,
  type JobStatus,
  jobQueue,
  jobResults,
  jobs,
  jobTasks,
} from '../../metadata/tables/job-tables.ts'
import { removeRange } from '../../metadata/entries-of.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { transact, type Transaction } from '../../metadata/transaction.ts'
import { type OpenJob, openJobs } from '../../s3/operations/jobs/open-job-rows.ts'

const TOGETHER = 100
/** Source: S3 User Guide, "Managing S3 Batch Operations jobs": 90 days after they ended. */
const KEPT_DAYS = 90
/** Source: the same guide, "Job statuses": a job that nobody confirms for 30 days fails. */
const SUSPENDED_DAYS = 30

interface Turns {
  readonly dayMilliseconds: number
  /** The account whose turn it was. */
  readonly last?: string | undefined
  readonly busy?: ReadonlySet<string>
}

/**
 * The job to go on with: of each account one that ends, else the one of the highest priority, of several the oldest. Accounts have
 * their turns, the next one behind `last` first: their priorities are their own. Those that are busy have none.
 */
export async function nextJob(
  metadata: OrderedStore,
  nowMilliseconds: number,
  { dayMilliseconds, last = '', busy }: Turns,
): Promise<OpenJob | undefined> {
  const ofAccounts = new Map<string, OpenJob>()
  // All of them: those that wait for somebody do not stand before the others.
  for await (const job of openJobs(metadata)) {
    const { accountId, row } = job
    if (busy?.has(accountId)) continue
    const suspended = row.suspendedMilliseconds ?? nowMilliseconds
    if (row.status === 'Suspended' && nowMilliseconds - suspended < SUSPENDED_DAYS * dayMilliseconds) continue
    const known = ofAccounts.get(accountId)
    if (!known || urgencyOf(row) > urgencyOf(known.row)) ofAccounts.set(accountId, job)
  }
  const accountIds = [...ofAccounts.keys()].toSorted()
  const next = accountIds.find((accountId) => accountId > last) ?? accountIds[0]
  return next === undefined ? undefined : ofAccounts.get(next)
}

const ENDING: ReadonlySet<JobStatus> = new Set<JobStatus>([
  ...(['Completing', 'Cancelling', 'Failing'] as const),
  ...(['Complete', 'Cancelled', 'Failed'] as const),
])

function urgencyOf({ status, priority }: JobRow): number {
  return ENDING.has(status) ? Infinity : priority
}

/**
 * A job that nobody has brought on since it was found. A process that was paused has others do its work, and does not know it when it goes
 * on: what it does then must not undo theirs.
 */
export async function jobAsFound(
  transaction: Transaction,
  { accountId, jobId, row }: OpenJob,
): Promise<JobRow | undefined> {
  const now = await transaction.get(jobs, accountId, jobId)
  const isSame =
    now?.status === row.status &&
    now.succeededTasks === row.succeededTasks &&
    now.failedTasks === row.failedTasks
  return isSame ? now : undefined
}

/** Whether a job is still as it was found, and so all rows that it had then. */
export async function isJobAsFound(metadata: OrderedStore, job: OpenJob): Promise<boolean> {
  return transact(metadata, async (transaction) => (await jobAsFound(transaction, job)) !== undefined)
}

/** Changes a job that is still as it was found, in one commit; nothing where somebody changed its status meanwhile. */
export async function changeOpenJob(
  metadata: OrderedStore,
  { accountId, jobId, row }: OpenJob,
  change: Partial<JobRow>,
): Promise<boolean> {
  return transact(metadata, async (transaction) => {
    const now = await transaction.get(jobs, accountId, jobId)
    if (now?.status !== row.status) return false
    transaction.put(jobs, [accountId, jobId], { ...now, ...change })
    return true
  })
}

/**
 * Ends a job that is still as it was found: whoever else may work on it sees that it has ended before anything is taken away of what it
 * had yet to do and of the lines of its report. Cut off behind that, it is to be ended once more, as what it has become. It is told of for
 * a while, and then forgotten.
 */
export async function endJob(
  metadata: OrderedStore,
  found: OpenJob,
  change: Partial<JobRow>,
  nowMilliseconds: number,
): Promise<void> {
  const { accountId, jobId } = found
  const ended = await transact(metadata, async (transaction) => {
    const row = await jobAsFound(transaction, found)
    if (!row) return undefined
    const { terminatedMilliseconds = nowMilliseconds } = row
    const changed = { ...row, ...change, terminatedMilliseconds }
    transaction.put(jobs, [accountId, jobId], changed)
    return changed
  })
  if (!ended) return
  for (const table of [jobTasks, jobResults])
    await removeRange(metadata, table.range(jobId), { page: TOGETHER })
  await transact(metadata, (transaction) => {
    transaction.remove(jobQueue, 'open', ended.createdMilliseconds, accountId, jobId)
    transaction.put(jobQueue, ['ended', ended.terminatedMilliseconds, accountId, jobId], {})
  })
}

export async function forgetJobs(
  metadata: OrderedStore,
  nowMilliseconds: number,
  dayMilliseconds: number,
): Promise<void> {
  const { start } = jobQueue.range('ended')
  const { start: end } = jobQueue.range('ended', Math.max(0, nowMilliseconds - KEPT_DAYS * dayMilliseconds))
  for (const { key } of await metadata.scan({ start, end, limit: TOGETHER })) {
    const [state, at, accountId, jobId] = jobQueue.parts(key)
    await transact(metadata, (transaction) => {
      transaction.remove(jobQueue, state, at, accountId, jobId)
      transaction.remove(jobs, accountId, jobId)
    })
  }
}
