import { setImmediate as turn } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { MovableClock } from '../../base/clock.ts'
import { silentLog } from '../../base/log.ts'
import { openMemory } from '../../metadata/engines/memory.ts'
import { jobQueue, jobs } from '../../metadata/tables/job-tables.ts'
import { readRow, transact } from '../../metadata/transaction.ts'
import { type OpenJob, putJob } from '../../s3/operations/jobs/open-job-rows.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { jobRow } from './job-row.suite.ts'
import { JobSteps } from './job-steps.ts'
import { JobWorker } from './job-worker.ts'

const ACCOUNT = '111122223333'
const DAY = 24 * 60 * 60 * 1000

function serviceOver(clock: MovableClock) {
  const metadata = openMemory()
  const service = {
    stores: { metadata },
    settings: { dayMilliseconds: DAY },
    clock,
    identities: { glance: () => Promise.resolve() },
  } as unknown as S3Service
  return { metadata, service }
}

/** Jobs of these accounts, and a worker whose steps end when they are told to. */
async function workingFor(...accountIds: readonly string[]) {
  const clock = new MovableClock(new Date(100 * DAY))
  const { metadata, service } = serviceOver(clock)
  await transact(metadata, (transaction) => {
    for (const accountId of accountIds)
      for (const jobId of ['first', 'second']) {
        putJob(transaction, { accountId, jobId: `${jobId}-${accountId}`, row: jobRow('Active') })
      }
  })
  const steps = new Map<string, PromiseWithResolvers<void>>()
  const goOn = ({ accountId }: OpenJob) => {
    expect(steps.has(accountId)).toBe(false)
    const step = Promise.withResolvers<void>()
    steps.set(accountId, step)
    return step.promise.finally(() => steps.delete(accountId))
  }
  const stopReading = vi.fn<() => Promise<void>>(() => Promise.resolve())
  const worker = new JobWorker(service, { done: 0, goOn, stopReading }, { log: silentLog })
  /** Takes as many steps as there are; each looks for others when it has waited for a while. */
  const look = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time++) {
      const step = worker.step(new AbortController().signal)
      await turn()
      clock.advance(5_000)
      expect(await step).toBe('progressed')
    }
  }
  return { worker, steps, look, stopReading, clock, signal: new AbortController().signal }
}

it('goes on with the jobs of other accounts while a step of one takes long', async () => {
  const { worker, steps, look } = await workingFor('1', '2')
  await look(3)
  expect([...steps.keys()]).toEqual(['1', '2'])
  expect(worker.status().at).toBe('Active first-1, Active first-2')
  steps.get('2')?.resolve()
  await turn()
  await look(2)
  expect([...steps.keys()]).toEqual(['1', '2'])
  let isOver = false
  const ended = worker.end().then(() => (isOver = true))
  steps.get('1')?.resolve()
  await turn()
  expect(isOver).toBe(false)
  steps.get('2')?.resolve()
  await ended
})

it('a job whose step fails rests, and no other job: neither of other accounts nor of its own', async () => {
  const { worker, steps, clock, signal } = await workingFor('1', '2')
  const begun = async () => {
    const step = worker.step(signal)
    await turn()
    return { step, at: worker.status().at }
  }
  const first = await begun()
  expect(first.at).toBe('Active first-1')
  steps.get('1')?.reject(new Error('no disk'))
  expect(await first.step).toBe('progressed')
  expect(worker.status().failure).toBe('no disk')
  // No time goes by.
  for (const [accountId, at] of [
    ['2', 'Active first-2'],
    ['1', 'Active second-1'],
  ] as const) {
    const next = await begun()
    expect(next.at).toBe(at)
    steps.get(accountId)?.resolve()
    await next.step
  }
  clock.advance(5_000)
  steps.clear()
  await begun().then(({ step }) => (steps.get('2')?.resolve(), step))
  const again = await begun()
  expect(again.at).toBe('Active first-1')
  expect(worker.status().failure).toBe('no disk')
  steps.get('1')?.resolve()
  await again.step
  expect(worker.status().failure).toBeUndefined()
})

it('begins steps of four accounts at once, at the most', async () => {
  const { steps, look } = await workingFor('1', '2', '3', '4', '5')
  await look(6)
  expect([...steps.keys()]).toEqual(['1', '2', '3', '4'])
  steps.get('3')?.resolve()
  await turn()
  await look(1)
  expect([...steps.keys()]).toEqual(['1', '2', '4', '5'])
})

it('keeps no manifest open once another process does the jobs and its own steps have ended', async () => {
  const { worker, steps, look, stopReading } = await workingFor('1')
  await look(1)
  await worker.leave()
  expect(stopReading).not.toHaveBeenCalled()
  steps.get('1')?.resolve()
  await worker.end()
  await worker.leave()
  expect(stopReading).toHaveBeenCalledOnce()
})

it('forgets what ended long ago while there is something to do', async () => {
  const { metadata, service } = serviceOver(new MovableClock(new Date(100 * DAY)))
  await transact(metadata, (transaction) => {
    putJob(transaction, { accountId: ACCOUNT, jobId: 'open', row: jobRow('New') })
    for (const [jobId, day] of [
      ['old', 9],
      ['young', 11],
    ] as const) {
      transaction.put(jobs, [ACCOUNT, jobId], jobRow('Complete'))
      transaction.put(jobQueue, ['ended', day * DAY, ACCOUNT, jobId], {})
    }
  })
  const worker = new JobWorker(service, new JobSteps(service, new Map()), { log: silentLog })
  expect(await worker.step(new AbortController().signal)).toBe('progressed')
  const statusOf = async (jobId: string) => (await readRow(metadata, jobs, ACCOUNT, jobId))?.status
  expect([await statusOf('open'), await statusOf('old'), await statusOf('young')]).toEqual([
    'Preparing',
    undefined,
    'Complete',
  ])
})
