import { pagesOf } from '../../metadata/entries-of.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { type JobRow, jobs, jobTasks } from '../../metadata/tables/job-tables.ts'
import { transact, type Transaction } from '../../metadata/transaction.ts'
import { putJob } from '../../s3/operations/jobs/open-job-rows.ts'

const TOGETHER = 100

/** Of a job's manifest, by one process. One that was begun later, perhaps by another process, takes its place. */
export interface Reading {
  readonly accountId: string
  readonly jobId: string
  readonly readingId: string
}

/** Takes the place of whoever read the manifest before, with all rows that came of it. False where the job is not prepared any more. */
export async function beginReading(metadata: OrderedStore, reading: Reading): Promise<boolean> {
  const { accountId, jobId, readingId } = reading
  const isBegun = await transact(metadata, async (transaction) => {
    const row = await transaction.get(jobs, accountId, jobId)
    if (row?.status !== 'Preparing') return false
    putJob(transaction, { accountId, jobId, row: { ...row, readingId } }, row)
    return true
  })
  if (!isBegun) return false
  for await (const entries of pagesOf(metadata, jobTasks.range(jobId), TOGETHER)) {
    const isRemoved = await whileReading(metadata, reading, (transaction) => {
      for (const { key } of entries) transaction.remove(jobTasks, ...jobTasks.parts(key))
    })
    if (!isRemoved) return false
  }
  return true
}

/** Changes something in one commit. False, and nothing, where another reading has taken the place of this one. */
export function whileReading(
  metadata: OrderedStore,
  { accountId, jobId, readingId }: Reading,
  change: (transaction: Transaction, row: JobRow) => void,
): Promise<boolean> {
  return transact(metadata, async (transaction) => {
    const row = await transaction.get(jobs, accountId, jobId)
    if (row?.status !== 'Preparing' || row.readingId !== readingId) return false
    change(transaction, row)
    return true
  })
}
