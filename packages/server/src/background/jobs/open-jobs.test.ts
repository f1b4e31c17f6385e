import { expect, it } from 'vitest'
import { openMemory } from '../../metadata/engines/memory.ts'
import { jobQueue, type JobRow, jobs } from '../../metadata/tables/job-tables.ts'
import { transact } from '../../metadata/transaction.ts'
import { nextJob } from './open-jobs.ts'

const ACCOUNT = '111122223333'
const DAY = 24 * 60 * 60 * 1000

it('goes on with a job behind ever so many that wait for somebody', async () => {
  const store = openMemory()
  const row: JobRow = {
    createdMilliseconds: 1,
    status: 'Suspended',
    suspendedMilliseconds: 1,
    priority: 1,
    roleArn: 'role',
    isConfirmed: false,
    request: '{}',
    succeededTasks: 0,
    failedTasks: 0,
    activeMilliseconds: 0,
  }
  await transact(store, (transaction) => {
    for (let job = 0; job < 1001; job++) {
      transaction.put(jobs, [ACCOUNT, `job-${job}`], row)
      transaction.put(jobQueue, ['open', 1, ACCOUNT, `job-${job}`], {})
    }
    transaction.put(jobs, [ACCOUNT, 'last'], { ...row, status: 'Ready' })
    transaction.put(jobQueue, ['open', 2, ACCOUNT, 'last'], {})
  })
  expect((await nextJob(store, 3, DAY))?.jobId).toBe('last')
})
