import { join } from 'node:path'
import { expect, it } from 'vitest'
import { mainCredentials, otherCredentials } from '../support/accounts.ts'
import { createBucket, putObject } from '../support/buckets.ts'
import { presignedUrl } from '../support/raw-request.ts'
import { runCommand } from '../support/run-command.ts'
import { startServerProcess } from '../support/server-process.ts'

/** For both to be there. */
const BEFORE_MILLISECONDS = 3000
const LASTS_MILLISECONDS = 4000

type Counts = Readonly<Record<string, number>>

async function flood(url: string, connections: number, begin: number): Promise<Counts> {
  const script = join(import.meta.dirname, 'flood.ts')
  const { text } = await runCommand(process.execPath, [
    script,
    url,
    String(connections),
    String(begin),
    String(begin + LASTS_MILLISECONDS),
  ])
  return JSON.parse(text) as Counts
}

/** What two accounts get of a server, of which one has ten times as many connections. */
async function served(config: Readonly<Record<string, unknown>>) {
  await using server = await startServerProcess({ config })
  const parties = [
    { bucket: 'of-flood', credentials: mainCredentials, connections: 200 },
    { bucket: 'of-other', credentials: otherCredentials, connections: 20 },
  ]
  for (const { bucket, credentials } of parties) {
    const owned = { ...server, credentials }
    await createBucket(owned, bucket)
    await putObject(owned, bucket, 'key', 'x'.repeat(1024))
  }
  const begin = Date.now() + BEFORE_MILLISECONDS
  const floods = parties.map(({ bucket, credentials, connections }) =>
    flood(presignedUrl({ ...server, credentials }, { path: `/${bucket}/key` }), connections, begin),
  )
  const [flooding = {}, other = {}] = await Promise.all(floods)
  const metrics = await (await fetch(`${server.url}/-/metrics`)).text()
  return { flooding, other, metrics, ratio: (other['200'] ?? 0) / (flooding['200'] ?? 1) }
}

it('the flood of one account leaves another its share', { timeout: 60_000, retry: 2 }, async () => {
  const { flooding, other, metrics, ratio } = await served({ rates: { requestsAtOnce: 8 } })
  expect(Object.keys(other)).toEqual(['200'])
  // The server works on at most 8 requests, and 80 of an account wait: the others of 200 are sent away.
  expect(Object.keys(flooding).toSorted()).toEqual(['200', '503'])
  // It has a tenth of the connections, and got a fifth to a third as many answers where nobody saw to shares.
  expect(ratio).toBeGreaterThan(0.35)
  expect(metrics).toMatch(/^holdfast_limited_requests_total\{account="100000000001",reason="share"\} [1-9]/m)
  expect(metrics).toMatch(/^holdfast_requests_waiting 0$/m)
})
