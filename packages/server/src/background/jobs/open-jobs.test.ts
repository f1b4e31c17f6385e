import { expect, it, vi } from 'vitest'
import { openMemory } from '../../metadata/engines/memory.ts'
import { jobQueue, jobs } from '../../metadata/tables/job-tables.ts'
import { transact } from '../../metadata/transaction.ts'
import { unreadableRows } from '../../metadata/unreadable-rows.ts'
import { jobRow } from './job-row.suite.ts'
import { nextJob } from './open-jobs.ts'

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
