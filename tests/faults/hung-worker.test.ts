import { setTimeout as delay } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { childrenOf } from '../support/child-processes.ts'
import { rawRequest } from '../support/raw-request.ts'
import { startServerProcess } from '../support/server-process.ts'

/** Read by every process of the server: a worker that gets this signal never comes round again. */
const HANGING = `data:text/javascript,process.on('SIGUSR2',()=>{for(;;);})`

it(
  'ends a worker that hangs and starts another; who is served by the other notices nothing',
  {
    timeout: 120_000,
  },
  async () => {
    await using server = await startServerProcess({
      arguments: ['--workers', '2'],
      config: { testing: { enabled: true, processTimeoutSeconds: 2 } },
      environment: { NODE_OPTIONS: `--import=${HANGING}` },
    })
    const answers = async (): Promise<number> => (await rawRequest(server, { path: '/' })).status
    await vi.waitFor(async () => expect(await childrenOf(server.processId)).toHaveLength(2))
    const [first = 0, second = 0] = await childrenOf(server.processId)
    await vi.waitFor(
      async () => {
        const metrics = await (await fetch(`${server.url}/-/metrics`)).text()
        expect(metrics.match(/^holdfast_process_up\S+ 1$/gm)).toHaveLength(2)
      },
      { timeout: 20_000, interval: 100 },
    )
    process.kill(second, 'SIGUSR2')
    // What comes meanwhile goes to the other, but for what the first moment gave to it.
    const begun = Array.from({ length: 2 }, () => answers().catch(() => 'ended'))
    await delay(1100)
    for (let time = 0; time < 4; time++) expect(await answers()).toBe(200)
    await vi.waitFor(() => expect(server.output()).toContain('a worker hangs; killed'), {
      timeout: 60_000,
      interval: 200,
    })
    await vi.waitFor(async () => {
      const now = await childrenOf(server.processId)
      expect(now).toHaveLength(2)
      expect(now).toContain(first)
      expect(now).not.toContain(second)
    })
    for (const answer of await Promise.all(begun)) expect([200, 'ended']).toContain(answer)
    for (let time = 0; time < 20; time++) expect(await answers()).toBe(200)
  },
)
