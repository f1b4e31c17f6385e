import { describe, expect, it, vi } from 'vitest'
import { Crash, FaultyStore } from '../../metadata/engines/faulty.ts'
import { openLmdb } from '../../metadata/engines/lmdb.ts'
import { openMemory } from '../../metadata/engines/memory.ts'
import { temporaryFolder } from '../../metadata/engines/temporary-folder.suite.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import {
  jobQueue,
  jobResults,
  type JobRow,
  jobs,
  jobTasks,
  jobTurns,
} from '../../metadata/tables/job-tables.ts'
import { readRow, transact } from '../../metadata/transaction.ts'
import { unreadableRows } from '../../metadata/unreadable-rows.ts'
import { countOpenJobs, type OpenJob, putJob } from '../../s3/operations/jobs/open-job-rows.ts'
import { jobRow } from './job-row.suite.ts'
import { beginReading, type Reading, whileReading } from './job-reading.ts'
import { JobMovedOn } from './job-moved-on.ts'
import { reportLines } from './job-report.ts'
import { activeJobs, endJob, nextJob, tendJobs } from './open-jobs.ts'

const ACCOUNT = '111122223333'
const DAY = 24 * 60 * 60 * 1000

function putJobs(store: OrderedStore, ...open: readonly OpenJob[]): Promise<void> {
  return transact(store, (transaction) => {
    for (const job of open) putJob(transaction, job)
  })
}

describe.each([
  ['memory', () => Promise.resolve(openMemory())],
  ['lmdb', async () => openLmdb({ path: await temporaryFolder() })],
])('%s', (_, open) => {
  it('finds the job to go on with, and counts, for the same reads however many jobs wait, rest or are of others', async () => {
    await using store = await open()
    const waiting = jobRow('Suspended', { suspendedMilliseconds: 1, isConfirmed: false })
    const costOf = async () => {
      const asked = (['get', 'getMany', 'scan', 'scanMany'] as const).map((name) => vi.spyOn(store, name))
      const next = await nextJob(store, { last: '3' })
      const count = await countOpenJobs(store, ACCOUNT, 5)
      const calls = asked.map(({ mock }) => mock.calls.length)
      const read: unknown[] = []
      for (const { mock } of asked) for (const { value } of mock.results) read.push(await value)
      for (const spy of asked) spy.mockRestore()
      return { jobId: next?.jobId, count, calls, isLittle: read.flat(2).length < 30 }
    }
    await putJobs(
      store,
      { accountId: ACCOUNT, jobId: 'last', row: jobRow('Ready') },
      { accountId: ACCOUNT, jobId: 'waiting', row: waiting },
    )
    const few = await costOf()
    expect(few).toMatchObject({ jobId: 'last', count: 2, isLittle: true })
    for (const accountId of ['0', '1', ACCOUNT, '4'])
      await putJobs(
        store,
        ...Array.from({ length: 3000 }, (_each, at) => ({ accountId, jobId: `waits-${at}`, row: waiting })),
      )
    await putJobs(
      store,
      ...Array.from({ length: 3000 }, (_each, at) => ({
        accountId: '2',
        jobId: `ready-${at}`,
        row: jobRow('Ready'),
      })),
    )
    expect(await costOf()).toEqual({ ...few, count: 5 })
  })
})

it('gives accounts their turns, whatever the priorities of others', async () => {
  const store = openMemory()
  const put = (accountId: string, jobId: string, priority: number) =>
    putJobs(store, { accountId, jobId, row: jobRow('Active', { priority }) })
  await put('1', 'urgent', 1000)
  await put('2', 'later', 1)
  await put('2', 'sooner', 2)
  await put('3', 'only', 0)
  const order: (string | undefined)[] = []
  let last: string | undefined
  for (let turn = 0; turn < 4; turn++) {
    const next = await nextJob(store, { last })
    last = next?.accountId
    order.push(next?.jobId)
  }
  expect(order).toEqual(['urgent', 'sooner', 'only', 'urgent'])
  const busy = new Set(['1', '3'])
  expect((await nextJob(store, { last: '2', busy }))?.jobId).toBe('sooner')
  expect((await nextJob(store, { last: '2', busy, resting: new Set(['sooner']) }))?.jobId).toBe('later')
  expect(await nextJob(store, { busy: new Set(['1', '2', '3']) })).toBeUndefined()
})

it('has turns by what a job is at, as that changes', async () => {
  const store = openMemory()
  const of = { accountId: ACCOUNT, jobId: 'job' }
  let row = jobRow('Preparing')
  await putJobs(
    store,
    { ...of, row },
    { accountId: ACCOUNT, jobId: 'other', row: jobRow('Ready', { priority: 5 }) },
  )
  const become = async (change: Partial<JobRow>) => {
    const before = row
    row = { ...row, ...change }
    await transact(store, (transaction) => putJob(transaction, { ...of, row }, before))
    const active: string[] = []
    for await (const { jobId } of activeJobs(store, ACCOUNT)) active.push(jobId)
    const [suspended] = await store.scan({ ...jobQueue.range('suspended'), limit: 2 })
    return [(await nextJob(store, {}))?.jobId, active.length, suspended && jobQueue.parts(suspended.key)[1]]
  }
  expect(await become({ priority: 9 })).toEqual(['job', 0, undefined])
  expect(await become({ status: 'Suspended', suspendedMilliseconds: 7 })).toEqual(['other', 0, 7])
  expect(await become({ status: 'Ready', suspendedMilliseconds: undefined })).toEqual(['job', 0, undefined])
  expect(await become({ status: 'Active' })).toEqual(['job', 1, undefined])
  expect(await become({ priority: 1, succeededTasks: 3 })).toEqual(['other', 1, undefined])
  expect(await become({ status: 'Cancelling' })).toEqual(['job', 0, undefined])
  expect(await countOpenJobs(store, ACCOUNT, 10)).toBe(2)
  await endJob(store, { ...of, row }, { status: 'Cancelled' }, 8)
  expect([await countOpenJobs(store, ACCOUNT, 10), (await nextJob(store, {}))?.jobId]).toEqual([1, 'other'])
})

it('fails what nobody confirmed for 30 days, and gives turns to jobs of versions without', async () => {
  const store = openMemory()
  const suspended = (day: number) => jobRow('Suspended', { suspendedMilliseconds: day * DAY })
  await putJobs(
    store,
    { accountId: ACCOUNT, jobId: 'old', row: suspended(1) },
    { accountId: ACCOUNT, jobId: 'young', row: suspended(3) },
  )
  await transact(store, (transaction) => {
    transaction.put(jobs, [ACCOUNT, 'earlier'], jobRow('Ready'))
    transaction.put(jobQueue, ['open', 1, ACCOUNT, 'earlier'], {})
    transaction.put(jobs, [ACCOUNT, 'earlier-waiting'], suspended(2))
    transaction.put(jobQueue, ['open', 2, ACCOUNT, 'earlier-waiting'], {})
  })
  expect(await nextJob(store, {})).toBeUndefined()
  expect(await tendJobs(store, 32 * DAY + 1, DAY)).toBe(4)
  expect(await tendJobs(store, 32 * DAY + 1, DAY)).toBe(0)
  expect((await nextJob(store, {}))?.jobId).toBe('earlier')
  const statuses = await Promise.all(
    ['old', 'young', 'earlier-waiting'].map(async (id) => readRow(store, jobs, ACCOUNT, id)),
  )
  expect(statuses.map((row) => row?.status)).toEqual(['Failed', 'Suspended', 'Failed'])
  expect(statuses[0]?.failures).toEqual([{ code: 'JobSuspended', reason: expect.any(String) }])
  expect(await rowsOf(store, jobQueue.range('suspended'))).toBe(1)
})

it('gives a job its turn anew that a process of a version without turns has changed', async () => {
  const store = openMemory()
  const waiting = jobRow('Suspended', { suspendedMilliseconds: DAY })
  await putJobs(
    store,
    { accountId: ACCOUNT, jobId: 'ended', row: jobRow('Active', { priority: 5 }) },
    { accountId: ACCOUNT, jobId: 'confirmed', row: waiting },
  )
  await transact(store, (transaction) => {
    transaction.put(jobs, [ACCOUNT, 'ended'], jobRow('Complete', { terminatedMilliseconds: 7 }))
    transaction.put(jobs, [ACCOUNT, 'confirmed'], jobRow('Ready'))
  })
  expect(await nextJob(store, {})).toBeUndefined()
  const ended = await nextJob(store, {})
  expect(ended?.jobId).toBe('ended')
  if (ended) await endJob(store, ended, {}, 9)
  expect(await nextJob(store, {})).toBeUndefined()
  expect(await tendJobs(store, 40 * DAY, DAY)).toBe(1)
  expect((await nextJob(store, {}))?.jobId).toBe('confirmed')
  expect(await rowsOf(store, jobQueue.range('suspended'))).toBe(0)
})

it('passes over a job whose row cannot be read', async () => {
  const store = openMemory()
  await putJobs(
    store,
    { accountId: '1', jobId: 'damaged', row: jobRow('Ready') },
    { accountId: '1', jobId: 'whole', row: jobRow('Ready') },
  )
  await store.commit({
    expect: [],
    put: [{ key: jobs.key('1', 'damaged'), value: Buffer.from('x') }],
    remove: [],
  })
  expect((await nextJob(store, {}))?.jobId).toBe('whole')
  expect(unreadableRows(store).counts).toEqual(new Map([['jobs', 1]]))
})

/** A job at its end, whose report has as many lines as there are tasks. */
async function endingJob(store: OrderedStore) {
  const row = jobRow('Completing', { succeededTasks: 250 })
  await transact(store, (transaction) => {
    putJob(transaction, { accountId: ACCOUNT, jobId: 'job', row })
    for (let at = 0; at < 250; at++)
      transaction.put(jobResults, ['job', at], { succeeded: `${at}\n`, failed: '' })
  })
  return { accountId: ACCOUNT, jobId: 'job', row }
}

const rowsOf = async (store: OrderedStore, { start, end }: { start: Uint8Array; end: Uint8Array }) =>
  (await store.scan({ start, end, limit: 1000 })).length

it('a job that a crash keeps from ending has all lines of its report, or has ended and needs none', async () => {
  for (let last = 0; ; last++) {
    const store = openMemory()
    const job = await endingJob(store)
    const before = ({ operation, number }: { operation: string; number: number }) => {
      if (operation === 'commit' && number > last) throw new Crash()
    }
    const isCut = await endJob(new FaultyStore(store, { before }), job, { status: 'Complete' }, 7).then(
      () => false,
      () => true,
    )
    const now = await readRow(store, jobs, ACCOUNT, 'job')
    const lines = await rowsOf(store, jobResults.range('job'))
    expect(now?.status === 'Complete' || lines === 250).toBe(true)
    // As the next process does.
    const found = await nextJob(store, {})
    expect(found !== undefined).toBe(isCut)
    if (found) await endJob(store, found, { status: 'Complete' }, 8)
    expect(await rowsOf(store, jobResults.range('job'))).toBe(0)
    expect(await rowsOf(store, jobTurns.range())).toBe(0)
    expect(await rowsOf(store, jobQueue.range('ended'))).toBe(1)
    if (!isCut) return
  }
})

it('a process that was paused neither ends a job anew nor reports what is left of its lines', async () => {
  const store = openMemory()
  const job = await endingJob(store)
  const lines = reportLines(store, job, 'succeeded')
  await lines.next()
  await endJob(store, job, { status: 'Complete' }, 7)
  const rest = async () => {
    for await (const _ of lines);
  }
  await expect(rest()).rejects.toThrow(JobMovedOn)
  await endJob(store, job, { status: 'Failed' }, 9)
  expect(await readRow(store, jobs, ACCOUNT, 'job')).toMatchObject({
    status: 'Complete',
    terminatedMilliseconds: 7,
  })
  expect(await rowsOf(store, jobQueue.range('ended'))).toBe(1)
})

it('a reading of a manifest that was begun later takes the place of those before, and none that of tasks that are done', async () => {
  const store = openMemory()
  await transact(store, (transaction) => transaction.put(jobs, [ACCOUNT, 'job'], jobRow('Preparing')))
  const readingOf = (readingId: string) => ({ accountId: ACCOUNT, jobId: 'job', readingId })
  const [one, other, late] = ['one', 'other', 'late'].map(readingOf) as [Reading, Reading, Reading]
  const write = (reading: Reading, row: number) =>
    whileReading(store, reading, (transaction) =>
      transaction.put(jobTasks, ['job', row], { tasks: [['bucket', reading.readingId]] }),
    )
  expect(await beginReading(store, one)).toBe(true)
  expect([await write(one, 0), await write(one, 1)]).toEqual([true, true])
  expect(await beginReading(store, other)).toBe(true)
  expect(await rowsOf(store, jobTasks.range('job'))).toBe(0)
  expect([await write(other, 0), await write(one, 1)]).toEqual([true, false])
  await whileReading(store, other, (transaction, row) =>
    transaction.put(jobs, [ACCOUNT, 'job'], { ...row, status: 'Active', readingId: undefined }),
  )
  expect([await beginReading(store, late), await write(other, 1)]).toEqual([false, false])
  expect(await rowsOf(store, jobTasks.range('job'))).toBe(1)
})
