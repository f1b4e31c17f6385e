import { randomBytes, randomInt } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, it } from 'vitest'
import { postgresqlPrograms, startPostgresql, urlOf } from '../../support/postgresql-cluster.ts'
import { type ServerProcess, startServerProcess } from '../../support/server-process.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { beginJob, expectAllTold, untilJob } from '../tagging-job.ts'

const TASKS = 2000
/** So soon a node that says nothing loses the jobs to the other one, which must not be disturbed when it comes back. */
const TIMEOUT_SECONDS = 1
const PAUSE_MILLISECONDS = 1500

describe.skipIf(postgresqlPrograms() === undefined)('a job on two nodes', () => {
  it(
    'tells of each task once, whichever of them is paused at what moment',
    { timeout: 600_000 },
    async () => {
      await using cluster = await startPostgresql()
      await using folder = await temporaryDirectory()
      const config = {
        metadata: { engine: 'postgresql', url: urlOf(await cluster.newDatabase()) },
        blobs: { engine: 'files', directory: join(folder.path, 'shared') },
        testing: { enabled: true, processTimeoutSeconds: TIMEOUT_SECONDS },
      }
      const environment = { HOLDFAST_ROOT_KEYS: randomBytes(32).toString('base64') }
      const start = (name: string): Promise<ServerProcess> =>
        startServerProcess({ config, environment, dataDirectory: join(folder.path, name) })
      await using one = await start('one')
      await using other = await start('other')
      const jobId = await beginJob(one, TASKS)
      let isOver = false
      for (let round = 0; !isOver; round++) {
        const [paused, awake] = round % 2 === 0 ? [one, other] : [other, one]
        process.kill(paused.processId, 'SIGSTOP')
        await delay(PAUSE_MILLISECONDS)
        const { TerminationDate } = await untilJob(awake, jobId, () => true)
        isOver = TerminationDate !== undefined
        process.kill(paused.processId, 'SIGCONT')
        await delay(randomInt(300))
      }
      await expectAllTold(one, jobId, TASKS)
    },
  )
})
