import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import { jobQueue, type JobRow, jobs, jobTurns } from '../../../metadata/tables/job-tables.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { isUnderWay } from './job-statuses.ts'

export interface OpenJob {
  readonly accountId: string
  readonly jobId: string
  readonly row: JobRow
}

const HIGHEST_PRIORITY = 2 ** 31 - 1

export type Turn = ReturnType<typeof jobTurns.parts>

/** Puts a job's row, and gives it its turn by what it is at. `before`: as it was, if it was there. */
export function putJob(transaction: Transaction, { accountId, jobId, row }: OpenJob, before?: JobRow): void {
  transaction.put(jobs, [accountId, jobId], row)
  const turns = turnsOf(accountId, jobId, row)
  if (before) {
    const known = turnsOf(accountId, jobId, before)
    // As with each row of tasks that is done.
    if (String(known) === String(turns) && waitsSince(before) === waitsSince(row)) return
    removeTurns(transaction, { accountId, jobId, row: before })
  }
  for (const turn of turns) transaction.put(jobTurns, turn, {})
  const since = waitsSince(row)
  if (since !== undefined) transaction.put(jobQueue, ['suspended', since, accountId, jobId], {})
}

/** Of a job that has ended, and of which nothing is left to do. */
export function removeTurns(transaction: Transaction, { accountId, jobId, row }: OpenJob): void {
  for (const turn of turnsOf(accountId, jobId, row)) transaction.remove(jobTurns, ...turn)
  const since = waitsSince(row)
  if (since !== undefined) transaction.remove(jobQueue, 'suspended', since, accountId, jobId)
}

function waitsSince({ status, suspendedMilliseconds }: JobRow): number | undefined {
  return status === 'Suspended' ? suspendedMilliseconds : undefined
}

/** Whether that is one of the turns that a job has by what it is at. */
export function hasTurn({ accountId, jobId, row }: OpenJob, turn: Turn): boolean {
  return turnsOf(accountId, jobId, row).some((own) => String(own) === String(turn))
}

function turnsOf(accountId: string, jobId: string, row: JobRow): Turn[] {
  const { status, priority, createdMilliseconds } = row
  // What is left to do of a job that ends does not wait for those of a higher priority.
  const rank = isUnderWay(status) ? 1 + HIGHEST_PRIORITY - priority : 0
  const place = [accountId, rank, createdMilliseconds, jobId] as const
  if (status === 'Suspended') return [['waiting', ...place]]
  return status === 'Active'
    ? [
        ['due', ...place],
        ['active', ...place],
      ]
    : [['due', ...place]]
}

/** How many jobs of an account have not ended; they are not counted beyond `most`. */
export async function countOpenJobs(
  metadata: OrderedStore,
  accountId: string,
  most: number,
): Promise<number> {
  const ranges = (['due', 'waiting'] as const).map((state) => ({
    ...jobTurns.range(state, accountId),
    limit: most,
  }))
  const pages = await metadata.scanMany(ranges)
  return Math.min(
    most,
    pages.reduce((sum, { length }) => sum + length, 0),
  )
}
