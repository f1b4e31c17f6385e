import { entriesOf, pagesOf } from '../../../metadata/entries-of.ts'
import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import { jobQueue, type JobRow, jobs } from '../../../metadata/tables/job-tables.ts'
import { unlessUnreadable } from '../../../metadata/unreadable-rows.ts'

export interface OpenJob {
  readonly accountId: string
  readonly jobId: string
  readonly row: JobRow
}

/** The jobs that have not ended, the oldest first. One whose row cannot be read stands still, and is told of. */
export async function* openJobs(metadata: OrderedStore): AsyncGenerator<OpenJob> {
  for await (const queued of pagesOf(metadata, jobQueue.range('open'))) {
    const places = queued.map(({ key }) => jobQueue.parts(key))
    const entries = await metadata.getMany(places.map(([, , ...job]) => jobs.key(...job)))
    for (const [index, [, , accountId, jobId]] of places.entries()) {
      const entry = entries[index]
      const row = entry && unlessUnreadable(metadata, () => jobs.decode(entry))
      if (row) yield { accountId, jobId, row }
    }
  }
}

/** How many jobs of an account have not ended. */
export async function countOpenJobs(metadata: OrderedStore, accountId: string): Promise<number> {
  let count = 0
  for await (const { key } of entriesOf(metadata, jobQueue.range('open')))
    if (jobQueue.parts(key)[2] === accountId) count++
  return count
}
