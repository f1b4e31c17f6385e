import { expect, it, vi } from 'vitest'
import { Crash, FaultyStore } from '../../metadata/engines/faulty.ts'
import { openMemory } from '../../metadata/engines/memory.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { jobQueue, jobResults, jobs, jobTasks } from '../../metadata/tables/job-tables.ts'
import { readRow, transact } from '../../metadata/transaction.ts'
import { unreadableRows } from '../../metadata/unreadable-rows.ts'
import { jobRow } from './job-row.suite.ts'
import { beginReading, type Reading, whileReading } from './job-reading.ts'
import { JobMovedOn } from './job-moved-on.ts'
import { reportLines } from './job-report.ts'
import { endJob, nextJob } from './open-jobs.ts'

const ACCOUNT = '111122223333'
const DAY = 24 * 60 * 60 * 1000

const waiting = jobRow('Suspended', { suspendedMilliseconds: 1, isConfirmed: false })

it('goes on with a job behind ever so many that wait for somebody, without asking for each of them', async () => {
  const store = openMemory()
  await transact(store, (transaction) => {
    for (let job = 0; job < 1001; job++) {
      transaction.put(jobs, [ACCOUNT, `job-${job}`], waiting)
      transaction.put(jobQueue, ['open', 1, ACCOUNT, `job-${job}`], {})
    }
    transaction.put(jobs, [ACCOUNT, 'last'], jobRow('Ready'))
    transaction.put(jobQueue, ['open', 2, ACCOUNT, 'last'], {})
  })
  const asked = (['get', 'getMany', 'scan'] as const).map((name) => vi.spyOn(store, name))
  expect((await nextJob(store, 3, { dayMilliseconds: DAY }))?.jobId).toBe('last')
  // 1002 jobs are two pages.
  expect(asked.map(({ mock }) => mock.calls.length)).toEqual([0, 2, 2])
})

it('gives accounts their turns, whatever the priorities of others', async () => {
  const store = openMemory()
  const put = (accountId: string, jobId: string, priority: number) =>
    transact(store, (transaction) => {
      transaction.put(jobs, [accountId, jobId], jobRow('Active', { priority }))
      transaction.put(jobQueue, ['open', 1, accountId, jobId], {})
    })
  await put('1', 'urgent', 1000)
  await put('2', 'later', 1)
  await put('2', 'sooner', 2)
  await put('3', 'only', 0)
  const order: (string | undefined)[] = []
  let last: string | undefined
  for (let turn = 0; turn < 4; turn++) {
    const next = await nextJob(store, 1, { dayMilliseconds: DAY, last })
    last = next?.accountId
    order.push(next?.jobId)
  }
  expect(order).toEqual(['urgent', 'sooner', 'only', 'urgent'])
  const busy = new Set(['1', '3'])
  expect((await nextJob(store, 1, { dayMilliseconds: DAY, last: '2', busy }))?.jobId).toBe('sooner')
})

it('passes over a job whose row cannot be read', async () => {
  const store = openMemory()
  await transact(store, (transaction) => {
    for (const [accountId, jobId] of [
      ['1', 'damaged'],
      ['1', 'whole'],
    ] as const) {
      transaction.put(jobs, [accountId, jobId], jobRow('Ready'))
      transaction.put(jobQueue, ['open', 1, accountId, jobId], {})
    }
  })
  await store.commit({
    expect: [],
    put: [{ key: jobs.key('1', 'damaged'), value: Buffer.from('x') }],
    remove: [],
  })
  expect((await nextJob(store, 1, { dayMilliseconds: DAY }))?.jobId).toBe('whole')
  expect(unreadableRows(store).counts).toEqual(new Map([['jobs', 1]]))
})

/** A job at its end, whose report has as many lines as there are tasks. */
async function endingJob(store: OrderedStore) {
  const row = jobRow('Completing', { succeededTasks: 250 })
  await transact(store, (transaction) => {
    transaction.put(jobs, [ACCOUNT, 'job'], row)
    transaction.put(jobQueue, ['open', 1, ACCOUNT, 'job'], {})
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
    const found = await nextJob(store, 8, { dayMilliseconds: DAY })
    expect(found !== undefined).toBe(isCut)
    if (found) await endJob(store, found, { status: 'Complete' }, 8)
    expect(await rowsOf(store, jobResults.range('job'))).toBe(0)
    expect(await rowsOf(store, jobQueue.range('open'))).toBe(0)
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
