import { expect, it } from 'vitest'
import { openMemory } from '../../metadata/engines/memory.ts'
import { jobQueue, jobs } from '../../metadata/tables/job-tables.ts'
import { readRow, transact } from '../../metadata/transaction.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { jobRow } from './job-row.suite.ts'
import { JobWorker } from './job-worker.ts'

const ACCOUNT = '111122223333'
const DAY = 24 * 60 * 60 * 1000

it('forgets what ended long ago while there is something to do', async () => {
  const metadata = openMemory()
  const service = {
    stores: { metadata },
    settings: { dayMilliseconds: DAY },
    clock: { now: () => new Date(100 * DAY) },
    identities: { glance: () => Promise.resolve() },
  } as unknown as S3Service
  await transact(metadata, (transaction) => {
    transaction.put(jobs, [ACCOUNT, 'open'], jobRow('New'))
    transaction.put(jobQueue, ['open', 1, ACCOUNT, 'open'], {})
    for (const [jobId, day] of [
      ['old', 9],
      ['young', 11],
    ] as const) {
      transaction.put(jobs, [ACCOUNT, jobId], jobRow('Complete'))
      transaction.put(jobQueue, ['ended', day * DAY, ACCOUNT, jobId], {})
    }
  })
  const worker = new JobWorker(service, new Map())
  expect(await worker.step(new AbortController().signal)).toBe('progressed')
  const statusOf = async (jobId: string) => (await readRow(metadata, jobs, ACCOUNT, jobId))?.status
  expect([await statusOf('open'), await statusOf('old'), await statusOf('young')]).toEqual([
    'Preparing',
    undefined,
    'Complete',
  ])
})
