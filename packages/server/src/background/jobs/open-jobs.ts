import { type JobRow, jobQueue, jobResults, jobs, jobTasks } from '../../metadata/tables/job-tables.ts'
import { removeRange } from '../../metadata/entries-of.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { transact } from '../../metadata/transaction.ts'
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

function urgencyOf({ status, priority }: JobRow): number {
  return status === 'Completing' || status === 'Cancelling' || status === 'Failing' ? Infinity : priority
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

/** Takes away what a job has yet to do, and the lines of its report. */
export async function clearJob(metadata: OrderedStore, jobId: string): Promise<void> {
  for (const table of [jobTasks, jobResults])
    await removeRange(metadata, table.range(jobId), { page: TOGETHER })
}

/** It is told of for a while, and then forgotten. */
export async function endJob(
  metadata: OrderedStore,
  { accountId, jobId, row }: OpenJob,
  change: Partial<JobRow>,
  nowMilliseconds: number,
): Promise<void> {
  await clearJob(metadata, jobId)
  await transact(metadata, async (transaction) => {
    const now = (await transaction.get(jobs, accountId, jobId)) ?? row
    transaction.remove(jobQueue, 'open', now.createdMilliseconds, accountId, jobId)
    transaction.put(jobQueue, ['ended', nowMilliseconds, accountId, jobId], {})
    transaction.put(jobs, [accountId, jobId], { ...now, ...change, terminatedMilliseconds: nowMilliseconds })
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
