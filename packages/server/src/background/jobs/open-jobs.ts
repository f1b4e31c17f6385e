import { type JobRow, jobQueue, jobResults, jobs, jobTasks } from '../../metadata/tables/job-tables.ts'
import { justAfter } from '../../metadata/just-after.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { readRow, transact } from '../../metadata/transaction.ts'

const PAGE = 1000
const TOGETHER = 100
/** Source: S3 User Guide, "Managing S3 Batch Operations jobs": 90 days after they ended. */
const KEPT_DAYS = 90
/** Source: the same guide, "Job statuses": a job that nobody confirms for 30 days fails. */
const SUSPENDED_DAYS = 30

export interface OpenJob {
  readonly accountId: string
  readonly jobId: string
  readonly row: JobRow
}

/** The job to go on with: one that ends, else the one of the highest priority, of several the oldest. */
export async function nextJob(
  metadata: OrderedStore,
  nowMilliseconds: number,
  dayMilliseconds: number,
): Promise<OpenJob | undefined> {
  let next: OpenJob | undefined
  for await (const key of openKeys(metadata)) {
    const [, , accountId, jobId] = jobQueue.parts(key)
    const row = await readRow(metadata, jobs, accountId, jobId)
    if (!row) continue
    const suspended = row.suspendedMilliseconds ?? nowMilliseconds
    if (row.status === 'Suspended' && nowMilliseconds - suspended < SUSPENDED_DAYS * dayMilliseconds) continue
    if (!next || urgencyOf(row) > urgencyOf(next.row)) next = { accountId, jobId, row }
  }
  return next
}

/** All of them: those that wait for somebody, of one account perhaps, do not stand before the others. */
async function* openKeys(metadata: OrderedStore): AsyncGenerator<Uint8Array> {
  const { start, end } = jobQueue.range('open')
  for (let from: Uint8Array = start; ;) {
    const entries = await metadata.scan({ start: from, end, limit: PAGE })
    for (const { key } of entries) yield key
    const last = entries.at(-1)
    if (!last || entries.length < PAGE) return
    from = justAfter(last.key)
  }
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
  for (const table of [jobTasks, jobResults]) {
    for (;;) {
      const entries = await metadata.scan({ ...table.range(jobId), limit: TOGETHER })
      if (entries.length === 0) break
      await metadata.commit({ expect: [], put: [], remove: entries.map(({ key }) => key) })
    }
  }
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
