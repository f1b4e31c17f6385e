import { setTimeout as delay } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { silentLog } from '../../packages/server/src/base/log.ts'
import { MovableClock } from '../../packages/server/src/base/clock.ts'
import { systemRandom } from '../../packages/server/src/base/random.ts'
import { openMemory } from '../../packages/server/src/metadata/engines/memory.ts'
import { waitingLogs } from '../../packages/server/src/metadata/tables/log-tables.ts'
import type { BucketRow } from '../../packages/server/src/metadata/tables/rows.ts'
import { AccessLog } from '../../packages/server/src/s3/shared/access-log/access-log.ts'
import {
  DELIVERY_MILLISECONDS,
  deliveryStatement,
  LoggingRoom,
  loggingXml,
  logObjects,
  putParts,
} from '../conformance/logging/logging-room.ts'
import { policyDocument } from '../conformance/access/access-room.ts'
import { createBucket } from '../support/buckets.ts'
import { rawRequest, type ServerAddress } from '../support/raw-request.ts'
import { startServerProcess } from '../support/server-process.ts'
import { startTestServer } from '../support/server.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { FaultyStore } from './faulty-store.ts'

const LOGGED = 'logged'
const LOGS = 'logs'

async function turnOn(server: ServerAddress): Promise<void> {
  await createBucket(server, LOGGED)
  await createBucket(server, LOGS)
  const body = policyDocument(LOGS, [deliveryStatement(LOGS)])
  expect((await rawRequest(server, { method: 'PUT', path: `/${LOGS}`, query: 'policy=', body })).status).toBe(
    204,
  )
  const answer = await rawRequest(server, {
    method: 'PUT',
    path: `/${LOGGED}`,
    ...putParts(loggingXml(LOGS)),
  })
  expect(answer.status).toBe(200)
}

const keysOf = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${name}-${String(index).padStart(3, '0')}`)

async function ask(server: ServerAddress, keys: readonly string[]): Promise<void> {
  await Promise.all(keys.map((key) => rawRequest(server, { path: `/${LOGGED}/${key}` })))
}

/** The keys of all records that were delivered, sorted. */
async function delivered(server: ServerAddress, target = LOGS, date?: Date): Promise<string[]> {
  const objects = await logObjects(server, target, date)
  return objects.flatMap(({ records }) => records.map(({ key }) => key)).toSorted()
}

async function untilDelivered(server: ServerAddress, count: number): Promise<string[]> {
  let keys: string[] = []
  const isComplete = async (): Promise<boolean> => (keys = await delivered(server)).length >= count
  await vi.waitUntil(isComplete, { timeout: 30_000, interval: 100 })
  return keys
}

it('a clean stop loses nothing', { timeout: 60_000 }, async () => {
  await using folder = await temporaryDirectory()
  const options = {
    dataDirectory: folder.path,
    config: { accessLogs: { saveSeconds: 3600, deliverySeconds: 0.1 } },
  }
  await using first = await startServerProcess(options)
  await turnOn(first)
  const keys = keysOf('k', 50)
  await ask(first, keys)
  await first.end('SIGTERM')
  await using second = await startServerProcess(options)
  expect(await untilDelivered(second, keys.length)).toEqual(keys)
})

it(
  'a kill loses what came since records were last written, and doubles nothing',
  { timeout: 60_000 },
  async () => {
    await using folder = await temporaryDirectory()
    const start = () =>
      startServerProcess({
        dataDirectory: folder.path,
        config: {
          accessLogs: { saveSeconds: 0.1, deliverySeconds: 0.1 },
          // What a killed process held is somebody else's after that.
          testing: { enabled: true, processTimeoutSeconds: 1 },
        },
      })
    const written: string[] = []
    {
      await using first = await start()
      await turnOn(first)
    }
    for (let round = 0; round < 2; round++) {
      await using server = await start()
      const keys = keysOf(`round${round}`, 20)
      await ask(server, keys)
      await delay(300)
      written.push(...keys)
      const last = ask(server, keysOf(`last${round}`, 5)).catch(() => undefined)
      await server.end('SIGKILL')
      await last
    }
    await using server = await start()
    const found = await untilDelivered(server, written.length)
    expect(found.filter((key) => key.startsWith('round'))).toEqual(written)
    expect(new Set(found).size).toBe(found.length)
  },
)

it(
  'two processes deliver each record once, and one goes on where the other was killed',
  { timeout: 60_000 },
  async () => {
    await using folder = await temporaryDirectory()
    const options = {
      dataDirectory: folder.path,
      config: {
        accessLogs: { saveSeconds: 0.1, deliverySeconds: 0.1 },
        testing: { enabled: true, processTimeoutSeconds: 1 },
      },
    }
    await using one = await startServerProcess(options)
    await using two = await startServerProcess(options)
    await turnOn(one)
    const keys = [...keysOf('one', 60), ...keysOf('two', 60)]
    await Promise.all([ask(one, keys.slice(0, 60)), ask(two, keys.slice(60))])
    expect(await untilDelivered(two, keys.length)).toEqual(keys)
    await one.end('SIGKILL')
    const after = keysOf('zafter', 10)
    await ask(two, after)
    expect(await untilDelivered(two, keys.length + after.length)).toEqual([...keys, ...after])
  },
)

it('two that deliver at the same moment deliver each record once', async () => {
  await using folder = await temporaryDirectory()
  await using one = await startTestServer({ dataDirectory: folder.path })
  await using two = await startTestServer({ dataDirectory: folder.path })
  await turnOn(one)
  const all: string[] = []
  for (let round = 0; round < 10; round++) {
    const keys = keysOf(`round${round}`, 6)
    all.push(...keys)
    const ask = (server: typeof one, key: string) =>
      rawRequest(server, { path: `/${LOGGED}/${key}`, date: server.clock.now() })
    await Promise.all(keys.map((key, index) => ask(index % 2 ? one : two, key)))
    await Promise.all([one.settle(), two.settle()])
    for (const { clock } of [one, two]) clock.advance(DELIVERY_MILLISECONDS)
    await Promise.all([one.settle(), two.settle()])
  }
  expect(await delivered(one, LOGS, one.clock.now())).toEqual(all)
})

it('a store that fails for a while loses nothing', async () => {
  let store: FaultyStore | undefined
  await using room = await LoggingRoom.open({ wrapMetadata: (inner) => (store = new FaultyStore(inner)) })
  const { server } = room.time
  const faulty = store as FaultyStore
  const keys = keysOf('k', 10)
  faulty.commits = 'unavailable'
  for (const key of keys) await room.ask('GET', 'the-bucket', key)
  await expect(server.settle()).resolves.toBeUndefined()
  faulty.commits = undefined
  await room.deliver()
  expect(await delivered(server, room.target, room.time.now)).toEqual(keys)
})

it('a delivery that fails, written or not, is made up for', async () => {
  let store: FaultyStore | undefined
  await using room = await LoggingRoom.open({ wrapMetadata: (inner) => (store = new FaultyStore(inner)) })
  const { server } = room.time
  const faulty = store as FaultyStore
  const keys = keysOf('k', 8)
  for (const [index, key] of keys.entries()) {
    await room.ask('GET', 'the-bucket', key)
    await server.settle()
    server.clock.advance(DELIVERY_MILLISECONDS)
    if (index % 2) faulty.losesAnswers = true
    else faulty.commits = 'unavailable'
    // The worker's own turn may have met the fault before this one.
    await server.settle().catch(() => undefined)
    faulty.losesAnswers = false
    faulty.commits = undefined
  }
  await room.deliver()
  expect(await delivered(server, room.target, room.time.now)).toEqual(keys)
})

it('takes no more memory than it may, and tells what is lost', { timeout: 60_000 }, async () => {
  await using memory = openMemory({ random: systemRandom })
  const store = new FaultyStore(memory)
  const errors: unknown[] = []
  const log = { ...silentLog, isLevelEnabled: () => false, error: (fields: unknown) => errors.push(fields) }
  const clock = new MovableClock()
  const accessLog = new AccessLog({
    metadata: store,
    clock,
    random: systemRandom,
    log,
    settings: { saveSeconds: 1 },
  })
  const bucket: BucketRow = {
    id: 'b',
    ownerAccountId: 'a',
    createdMilliseconds: 0,
    region: 'r',
    logging: { targetBucket: 't', targetPrefix: '' },
  }
  store.commits = 'unavailable'
  const line = `${'x'.repeat(9999)}\n`
  for (let count = 0; count < 2000; count++) accessLog.note('name', bucket, clock.now(), line)
  await accessLog.save()
  const most = Math.floor((16 * 1024 * 1024) / line.length)
  expect(accessLog.counts).toEqual({ recorded: 2000, lost: 2000 - most })
  accessLog.note('name', { ...bucket, logging: undefined }, clock.now(), line)
  expect(accessLog.counts.recorded).toBe(2000)
  expect(errors).toHaveLength(1)

  store.commits = undefined
  store.losesAnswers = true
  await accessLog.save()
  store.losesAnswers = false
  await accessLog.save()
  const entries = await memory.scan({ ...waitingLogs.range('b'), limit: 10_000 })
  const kept = entries.map((entry) => waitingLogs.decode(entry).recordCount)
  expect(kept.reduce((sum, count) => sum + count, 0)).toBe(most)
  accessLog.note('name', bucket, clock.now(), line)
  expect(accessLog.counts.lost).toBe(2000 - most)
  store.commits = 'unavailable'
  await accessLog.stop()
  expect(errors.at(-1)).toEqual({ records: 1 })
})
