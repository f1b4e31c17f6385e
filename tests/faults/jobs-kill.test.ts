import { expect, it } from 'vitest'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { beginJob, expectAllTold, tasksDone, untilJob } from './tagging-job.ts'

const TASKS = 4000

it('a job goes on where kill -9 ended it, and tells of each task once', { timeout: 300_000 }, async () => {
  await using folder = await temporaryDirectory()
  let jobId = ''
  for (const tasks of [1, 600, 1500, 2500]) {
    await using server = await startServerProcess({ dataDirectory: folder.path })
    if (jobId === '') jobId = await beginJob(server, TASKS)
    await untilJob(server, jobId, (job) => tasksDone(job) >= tasks)
    expect(await server.end('SIGKILL')).toMatchObject({ signal: 'SIGKILL' })
  }
  await using server = await startServerProcess({ dataDirectory: folder.path })
  await expectAllTold(server, jobId, TASKS)
})
