import { randomInt } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { blobFiles } from '../support/blob-files.ts'
import { createBucket } from '../support/buckets.ts'
import { startServerProcess } from '../support/server-process.ts'
import { tries } from '../support/sizes.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { MixedLoad } from './mixed-load.ts'
import { sweep } from './sweep.ts'

const ROUNDS = tries(10)
const WRITES_A_ROUND = 12

/** Some time, and so much longer as a busy machine takes to acknowledge enough for a kill to break something. */
async function moment(load: MixedLoad, acknowledged: number): Promise<void> {
  await delay(300 + randomInt(700))
  while (load.acknowledgedCount < acknowledged) await delay(20 + randomInt(20))
}

it(`keeps every promise through ${ROUNDS} kills under mixed load`, { timeout: 240_000 }, async () => {
  await using folder = await temporaryDirectory()
  await using started = new AsyncDisposableStack()
  const start = async () => started.use(await startServerProcess({ dataDirectory: folder.path }))
  let server = await start()
  await createBucket(server, 'kill')
  const load = new MixedLoad(() => server, 'kill', 8, 4)

  for (let round = 1; round <= ROUNDS; round++) {
    const running = load.run(new AbortController().signal)
    await Promise.race([running, moment(load, load.acknowledgedCount + WRITES_A_ROUND)])
    await server.end('SIGKILL')
    await running
    server = await start()
    expect({ round, problems: await load.verify() }).toEqual({ round, problems: [] })
  }
  expect(load.acknowledgedCount).toBeGreaterThanOrEqual(ROUNDS * WRITES_A_ROUND)

  await load.run(AbortSignal.timeout(500))
  await load.abortUploads()
  await server.end('SIGTERM')
  await sweep(folder.path)
  const files = await blobFiles(folder.path)
  expect(files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)).toBeLessThanOrEqual(load.heldBytes)
  server = await start()
  expect(await load.verify()).toEqual([])

  await load.deleteObjects()
  await server.end('SIGTERM')
  await sweep(folder.path)
  expect(await blobFiles(folder.path)).toEqual([])
})
