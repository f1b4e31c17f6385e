import { justAfter } from '../../metadata/just-after.ts'
import { entriesOf, pagesOf, removeRange } from '../../metadata/entries-of.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import {
  type JobRow,
  jobQueue,
  jobResults,
  jobs,
  jobTasks,
  jobTurns,
} from '../../metadata/tables/job-tables.ts'
import { transact, type Transaction } from '../../metadata/transaction.ts'
import { unlessUnreadable } from '../../metadata/unreadable-rows.ts'
import { hasTurn, type OpenJob, putJob, removeTurns } from '../../s3/operations/jobs/open-job-rows.ts'

const TOGETHER = 100
/** Turns that are read at once: the first is most often the one that is looked for. */
const TURNS_TOGETHER = 10
/** Source: S3 User Guide, "Managing S3 Batch Operations jobs": 90 days after they ended. */
const KEPT_DAYS = 90
/** Source: the same guide, "Job statuses": a job that nobody confirms for 30 days fails. */
const SUSPENDED_DAYS = 30

interface Turns {
  /** The account whose turn it was. */
  readonly last?: string | undefined
  readonly busy?: ReadonlySet<string>
  /** Ids of jobs that have no turn for now. */
  readonly resting?: ReadonlySet<string>
}

/**
 * The job to go on with: of each account one that ends, else the one of the highest priority, of several the oldest. Accounts have
 * their turns, the next one behind `last` first: their priorities are their own. Those that are busy have none. It costs no more
 * the more jobs there are.
 */
export async function nextJob(metadata: OrderedStore, turns: Turns): Promise<OpenJob | undefined> {
  const { start, end } = jobTurns.range('due')
  const { end: behind } = jobTurns.range('due', turns.last ?? '')
  return (
    (await firstDue(metadata, { start: behind, end }, turns)) ??
    (await firstDue(metadata, { start, end: behind }, turns))
  )
}

async function firstDue(
  metadata: OrderedStore,
  { start, end }: { readonly start: Uint8Array; readonly end: Uint8Array },
  { busy, resting }: Turns,
): Promise<OpenJob | undefined> {
  for (let from = start; ;) {
    const entries = await metadata.scan({ start: from, end, limit: TURNS_TOGETHER })
    for (const { key } of entries) {
      const turn = jobTurns.parts(key)
      const [, accountId, , , jobId] = turn
      from = justAfter(key)
      if (busy?.has(accountId)) {
        // Past all that it has.
        from = jobTurns.range('due', accountId).end
        break
      }
      const row = resting?.has(jobId) ? undefined : await readableJob(metadata, accountId, jobId)
      if (row && hasTurn({ accountId, jobId, row }, turn)) return { accountId, jobId, row }
      if (row)
        await mend(metadata, { accountId, jobId }, (transaction) => transaction.remove(jobTurns, ...turn))
    }
    if (entries.length === 0) return undefined
  }
}

/** Gives a job the turns that it should have; a process of a version without turns has changed it. */
function mend(
  metadata: OrderedStore,
  { accountId, jobId }: Pick<OpenJob, 'accountId' | 'jobId'>,
  removeStale: (transaction: Transaction) => void,
): Promise<boolean> {
  return transact(metadata, async (transaction) => {
    const row = await transaction.get(jobs, accountId, jobId)
    removeStale(transaction)
    if (row) putJob(transaction, { accountId, jobId, row })
    return true
  })
}

/** Those that an account has under way: one, but for a moment. */
export async function* activeJobs(metadata: OrderedStore, accountId: string): AsyncGenerator<OpenJob> {
  for await (const entries of pagesOf(metadata, jobTurns.range('active', accountId), TOGETHER))
    for (const { key } of entries) {
      const [, , , , jobId] = jobTurns.parts(key)
      const row = await readableJob(metadata, accountId, jobId)
      if (row?.status === 'Active') yield { accountId, jobId, row }
    }
}

/** One whose row cannot be read stands still, and is told of. */
async function readableJob(
  metadata: OrderedStore,
  accountId: string,
  jobId: string,
): Promise<JobRow | undefined> {
  const entry = await metadata.get(jobs.key(accountId, jobId))
  return entry && unlessUnreadable(metadata, () => jobs.decode(entry))
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
    putJob(transaction, { accountId, jobId, row: { ...now, ...change } }, now)
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
    putJob(transaction, { accountId, jobId, row: changed }, row)
    return changed
  })
  if (!ended) return
  for (const table of [jobTasks, jobResults])
    await removeRange(metadata, table.range(jobId), { page: TOGETHER })
  await transact(metadata, (transaction) => {
    removeTurns(transaction, { accountId, jobId, row: ended })
    transaction.put(jobQueue, ['ended', ended.terminatedMilliseconds, accountId, jobId], {})
  })
}

/** Does what no account's turn is for, some of it, and tells how much that was. */
export async function tendJobs(
  metadata: OrderedStore,
  nowMilliseconds: number,
  dayMilliseconds: number,
): Promise<number> {
  const before = (state: 'suspended' | 'ended', days: number) => ({
    start: jobQueue.range(state).start,
    end: jobQueue.range(state, Math.max(0, nowMilliseconds - days * dayMilliseconds)).start,
  })
  return (
    (await eachQueued(metadata, jobQueue.range('open'), (key) => giveTurn(metadata, key))) +
    (await eachQueued(metadata, before('suspended', SUSPENDED_DAYS), (key) =>
      failUnconfirmed(metadata, key, nowMilliseconds),
    )) +
    (await eachQueued(metadata, before('ended', KEPT_DAYS), (key) => forgetJob(metadata, key)))
  )
}

/** How many it did something to; those whose rows cannot be read do not stand before the others. */
async function eachQueued(
  metadata: OrderedStore,
  range: { readonly start: Uint8Array; readonly end: Uint8Array },
  tend: (key: Uint8Array) => Promise<boolean>,
): Promise<number> {
  let count = 0
  for await (const { key } of entriesOf(metadata, range, TOGETHER)) {
    if (await tend(key)) count++
    if (count === TOGETHER) break
  }
  return count
}

/** To a job of a version before there were turns. */
async function giveTurn(metadata: OrderedStore, key: Uint8Array): Promise<boolean> {
  const [, , accountId, jobId] = jobQueue.parts(key)
  return (await readableJob(metadata, accountId, jobId)) ? mendQueued(metadata, key) : false
}

/** A job that stands in the queue as it is not any more. */
function mendQueued(metadata: OrderedStore, key: Uint8Array): Promise<boolean> {
  const [state, at, accountId, jobId] = jobQueue.parts(key)
  return mend(metadata, { accountId, jobId }, (transaction) =>
    transaction.remove(jobQueue, state, at, accountId, jobId),
  )
}

/** A job that waited for somebody for long enough. */
async function failUnconfirmed(
  metadata: OrderedStore,
  key: Uint8Array,
  nowMilliseconds: number,
): Promise<boolean> {
  const [, , accountId, jobId] = jobQueue.parts(key)
  const row = await readableJob(metadata, accountId, jobId)
  if (!row) return false
  if (row.status !== 'Suspended') return mendQueued(metadata, key)
  const failure = { code: 'JobSuspended', reason: 'Nobody confirmed the job in time' }
  const failures = [...(row.failures ?? []), failure]
  await endJob(metadata, { accountId, jobId, row }, { status: 'Failed', failures }, nowMilliseconds)
  return true
}

async function forgetJob(metadata: OrderedStore, key: Uint8Array): Promise<boolean> {
  const [state, at, accountId, jobId] = jobQueue.parts(key)
  return transact(metadata, (transaction) => {
    transaction.remove(jobQueue, state, at, accountId, jobId)
    transaction.remove(jobs, accountId, jobId)
    return true
  })
}
