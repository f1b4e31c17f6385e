import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it, type TestContext, vi } from 'vitest'
import { createBucket, listKeys, sortedAsKeys } from '../support/buckets.ts'
import {
  type ProcessEnding,
  type ServerProcess,
  spawnServerProcess,
  startServerProcess,
} from '../support/server-process.ts'
import { FullDiskLoad } from './full-disk-load.ts'
import { type FileSystem, smallDisk } from './small-disk.ts'

const MIB = 2 ** 20
const RUNS = process.env['HOLDFAST_TEST_LARGE'] === '1' ? 50 : 1
const DISK_BYTES = 40 * MIB
const RESERVE_MIB = 6
/** Of what is there when the disk is full. */
const SHARES = [1, 0.7, 0.3]
/** What somebody else leaves, before the server fills the rest or after. */
const LEFT_BYTES = [undefined, 0, 0, 100_000, MIB]
const cases = (['tmpfs', 'ext4'] as const).flatMap((fileSystem) =>
  Array.from({ length: RUNS }, (_, index) => ({ fileSystem, seed: index + 1 })),
)

async function ready({ url }: ServerProcess): Promise<string> {
  const answer = await fetch(`${url}/-/ready`)
  return `${answer.status} ${await answer.text()}`
}

async function isFull(server: ServerProcess): Promise<boolean> {
  return (await ready(server).catch(() => '')).startsWith('503 not ready\n')
}

async function takesWritesAgain(load: FullDiskLoad): Promise<boolean> {
  for (let turn = 0; turn < 60; turn++) {
    const before = load.objects.size
    await load.fill(1)
    if (load.objects.size > before) return true
    // What was deleted first may have been small, or share its bytes with a copy.
    if (turn % 10 === 9 && (await load.remove(0.5)).length > 0) return false
    await delay(500)
  }
  return false
}

async function run(context: TestContext, fileSystem: FileSystem, seed: number): Promise<ProcessEnding> {
  await using disk = await smallDisk(context, fileSystem, DISK_BYTES)
  await using started = new AsyncDisposableStack()
  const options = {
    dataDirectory: join(disk.path, 'data'),
    config: {
      storage: { reserveMegabytes: RESERVE_MIB },
      // Until then nobody takes over the workers of a process that was killed, and so nothing is freed.
      testing: { enabled: true, processTimeoutSeconds: 3 },
    },
  }
  let server = started.use(await startServerProcess(options))
  const bucket = await createBucket(server, 'full')
  const load = new FullDiskLoad(() => server, bucket, seed)
  const leftBytes = LEFT_BYTES[seed % LEFT_BYTES.length]
  await load.fill(20)
  if (leftBytes !== undefined) await disk.fill(leftBytes)
  await load.fill(5)
  expect(await ready(server)).toContain('503 not ready\n')
  expect(await ready(server)).toContain('disk-metadata: the disk of the metadata is full to its reserve')
  expect((await fetch(`${server.url}/-/live`)).status).toBe(200)

  if (seed % 2 === 1) {
    await server.end('SIGKILL')
    server = started.use(await spawnServerProcess(options))
    await vi.waitUntil(() => isFull(server), { timeout: 20_000 })
  }
  expect(await load.remove(SHARES[seed % SHARES.length] ?? 1)).toEqual([])
  expect(await load.verify()).toEqual([])
  expect(await listKeys(server, bucket)).toEqual(sortedAsKeys(load.objects.keys()))

  if (leftBytes !== undefined) await disk.release()
  expect(await takesWritesAgain(load)).toBe(true)
  expect(await load.remove(1)).toEqual([])
  expect(await listKeys(server, bucket)).toEqual([])
  await expect.poll(() => ready(server), { timeout: 30_000 }).toBe('200 ready\n')
  // Awaited here, before the stack ends it in another way.
  return await server.end('SIGTERM')
}

describe('a disk that is full', () => {
  it.for(cases)(
    'can be emptied: $fileSystem, run $seed',
    { timeout: 180_000 },
    async ({ fileSystem, seed }, context) => {
      const ending = await run(context, fileSystem, seed)
      expect(ending).toEqual({ exitCode: 0, signal: null })
    },
  )
})
