import { entriesOf } from '../../../metadata/entries-of.ts'
import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import { jobQueue, type JobRow, jobs } from '../../../metadata/tables/job-tables.ts'
import { readIfReadable } from '../../../metadata/unreadable-rows.ts'

export interface OpenJob {
  readonly accountId: string
  readonly jobId: string
  readonly row: JobRow
}

/** The jobs that have not ended, the oldest first. One whose row cannot be read stands still, and is told of. */
export async function* openJobs(metadata: OrderedStore): AsyncGenerator<OpenJob> {
  for await (const { key } of entriesOf(metadata, jobQueue.range('open'))) {
    const [, , accountId, jobId] = jobQueue.parts(key)
    const row = await readIfReadable(metadata, jobs, accountId, jobId)
    if (row) yield { accountId, jobId, row }
  }
}

/** How many jobs of an account have not ended. */
export async function countOpenJobs(metadata: OrderedStore, accountId: string): Promise<number> {
  let count = 0
  for await (const { key } of entriesOf(metadata, jobQueue.range('open')))
    if (jobQueue.parts(key)[2] === accountId) count++
  return count
}
