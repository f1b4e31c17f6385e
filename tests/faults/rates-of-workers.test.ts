import { expect, it, vi } from 'vitest'
import { otherCredentials } from '../support/accounts.ts'
import { rawRequest } from '../support/raw-request.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'

/** How many of so many requests are let in, each on a connection of its own. */
async function letIn(server: ServerProcess, count: number): Promise<number> {
  const answers = await Promise.all(Array.from({ length: count }, () => rawRequest(server, { path: '/' })))
  expect(new Set(answers.map(({ status }) => status)).difference(new Set([200, 503])).size).toBe(0)
  return answers.filter(({ status }) => status === 200).length
}

it(
  'two workers together let in what is allowed, and another limit counts from a SIGHUP on',
  { timeout: 60_000 },
  async () => {
    // One in twenty seconds: what comes back while the test runs does not matter.
    const eachAccount = { requestsPerSecond: 0.05, burstSeconds: 400 }
    await using server = await startServerProcess({
      arguments: ['--workers', '2'],
      config: { rates: { eachAccount } },
    })
    await vi.waitFor(
      async () => {
        const metrics = await (await fetch(`${server.url}/-/metrics`)).text()
        expect(metrics.match(/^holdfast_process_up\S+ 1$/gm)).toHaveLength(2)
      },
      { timeout: 20_000, interval: 100 },
    )
    const first = (await letIn(server, 12)) + (await letIn(server, 24))
    expect(first).toBeGreaterThanOrEqual(20)
    expect(first).toBeLessThanOrEqual(22)
    const metrics = await (await fetch(`${server.url}/-/metrics`)).text()
    const refused = metrics.matchAll(/^holdfast_limited_requests_total\{\S*reason="rate"\} (\d+)$/gm)
    expect(Array.from(refused, ([, count]) => Number(count)).reduce((sum, one) => sum + one, 0)).toBe(
      36 - first,
    )
    expect(await letIn({ ...server, credentials: otherCredentials }, 3)).toBe(3)

    await server.writeConfig({})
    process.kill(server.processId, 'SIGHUP')
    await vi.waitFor(() => expect(server.output()).toContain('the config was read anew'), { timeout: 20_000 })
    expect(await letIn(server, 30)).toBe(30)
    expect(server.output()).not.toContain('request failed')
  },
)
