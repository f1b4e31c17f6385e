import { randomInt } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { createBucket } from '../support/buckets.ts'
import { executable } from '../support/executable.ts'
import { rawRequest, type ServerAddress, xmlTexts } from '../support/raw-request.ts'
import { objectPath } from '../support/signature-v4.ts'
import { runCommand } from '../support/run-command.ts'
import { startServerProcess } from '../support/server-process.ts'
import { tries } from '../support/sizes.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { MixedLoad } from './mixed-load.ts'

const ROUNDS = tries(4)

/** What the bucket holds by its listings. */
async function listed(server: ServerAddress, bucket: string) {
  const { text } = await rawRequest(server, { path: `/${bucket}`, query: 'versions' })
  const sizes = xmlTexts(text, 'Size').map(Number)
  const { text: uploads } = await rawRequest(server, { path: `/${bucket}`, query: 'uploads' })
  const ids = xmlTexts(uploads, 'UploadId')
  const keys = xmlTexts(uploads, 'Key')
  let partBytes = 0
  for (const [index, uploadId] of ids.entries()) {
    const path = objectPath(bucket, keys[index] ?? '')
    const { text: parts, status } = await rawRequest(server, { path, query: `uploadId=${uploadId}` })
    expect([path, status]).toEqual([path, 200])
    for (const size of xmlTexts(parts, 'Size')) partBytes += Number(size)
  }
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  return { objects: sizes.length, versions: sizes.length, deleteMarkers: 0, bytes, partBytes, isKnown: true }
}

async function told(dataDirectory: string): Promise<unknown> {
  const { text } = await runCommand(executable, ['usage', '--data', dataDirectory, '--json'])
  const [bucket] = JSON.parse(text) as { usage: unknown }[]
  return bucket?.usage
}

it(
  `what a bucket holds is told exactly after ${ROUNDS} kills of two processes under load`,
  { timeout: 240_000 },
  async () => {
    const config = { testing: { enabled: true, processTimeoutSeconds: 3 } }
    await using folder = await temporaryDirectory()
    await using started = new AsyncDisposableStack()
    const start = async () => started.use(await startServerProcess({ dataDirectory: folder.path, config }))
    let servers = [await start(), await start()]
    const [first] = servers
    if (!first) throw new Error('no server')
    await createBucket(first, 'usage')
    let turn = 0
    const load = new MixedLoad(() => servers[turn++ % 2] ?? first, 'usage', 8, 4)
    for (let round = 1; round <= ROUNDS; round++) {
      const running = load.run(new AbortController().signal)
      await Promise.race([running, delay(500 + randomInt(1000))])
      await Promise.all(servers.map((server) => server.end('SIGKILL')))
      await running
      servers = [await start(), await start()]
      const [server = first] = servers
      const right = await listed(server, 'usage')
      // Parts of uploads that are over count until they are freed.
      await vi.waitFor(async () => expect(await told(folder.path)).toEqual(right), {
        timeout: 45_000,
        interval: 1000,
      })
    }
    expect(load.acknowledgedCount).toBeGreaterThan(ROUNDS)
  },
)
