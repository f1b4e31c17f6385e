import { describe, expect, it } from 'vitest'
import { MovableClock } from '../../../packages/server/src/base/clock.ts'
import { StorageFault } from '../../../packages/server/src/base/storage-fault.ts'
import type { OrderedStore, ScanRange } from '../../../packages/server/src/metadata/ordered-store.ts'
import { createBucket, listKeys, putObject } from '../../support/buckets.ts'
import { rawRequest, type ServerAddress, xmlTexts } from '../../support/raw-request.ts'
import { referenceChecksum } from '../../support/reference-checksums.ts'
import { startTestServer } from '../../support/server.ts'
import { startServerProcess } from '../../support/server-process.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { setVersioning } from '../../support/versioning.ts'
import { ALL, expiration, lifecycleDocument, LifecycleRoom, rule } from './lifecycle-room.ts'

/** More than two pages of the worker. */
const OBJECTS = 1200
const BUCKET = 'the-bucket'
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000

/** A store that fails from some commit on, and knows how many rows were found at once. */
class Fuse {
  mostFound = 0
  #commitsLeft = Infinity

  around(store: OrderedStore): OrderedStore {
    return {
      get: (key) => store.get(key),
      getMany: (keys) => store.getMany(keys),
      scanMany: (ranges) => store.scanMany(ranges),
      snapshot: () => store.snapshot(),
      scan: async (range: ScanRange) => {
        const found = await store.scan(range)
        this.mostFound = Math.max(this.mostFound, found.length)
        return found
      },
      commit: async (change) => {
        if (this.#commitsLeft-- <= 0) throw new StorageFault('full', 'the fuse has blown')
        return store.commit(change)
      },
      [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
    }
  }

  blowAfter(commits: number): void {
    this.#commitsLeft = commits
  }
}

async function fill(server: ServerAddress, count: number): Promise<void> {
  for (let start = 0; start < count; start += 100) {
    const keys = Array.from({ length: Math.min(100, count - start) }, (_, at) => `key-${start + at}`)
    await Promise.all(keys.map((key) => putObject(server, BUCKET, key, key)))
  }
}

async function putLifecycle(server: ServerAddress, document: string): Promise<void> {
  const headers = { 'content-md5': referenceChecksum('MD5', document) }
  const answer = await rawRequest(server, {
    method: 'PUT',
    path: `/${BUCKET}`,
    query: 'lifecycle=',
    headers,
    body: document,
  })
  expect([answer.status, answer.errorCode]).toEqual([200, undefined])
}

/** Every version and delete marker: how many there are of each key. */
async function countVersions(
  server: ServerAddress,
): Promise<Map<string, { versions: number; markers: number }>> {
  const counts = new Map<string, { versions: number; markers: number }>()
  let query = 'versions='
  for (;;) {
    const { text } = await rawRequest(server, { path: `/${BUCKET}`, query })
    for (const [, kind, xml = ''] of text.matchAll(/<(Version|DeleteMarker)>(.*?)<\/\1>/gs)) {
      const key = xmlTexts(xml, 'Key')[0] ?? ''
      const count = counts.get(key) ?? { versions: 0, markers: 0 }
      if (kind === 'Version') count.versions++
      else count.markers++
      counts.set(key, count)
    }
    const [key] = xmlTexts(text, 'NextKeyMarker')
    if (key === undefined) return counts
    query = `versions=&key-marker=${key}&version-id-marker=${xmlTexts(text, 'NextVersionIdMarker')[0]}`
  }
}

const everything = lifecycleDocument(rule(ALL + expiration(1)))

it(
  'a pass goes on after a restart in its middle: nothing is left, nothing done twice',
  { timeout: 60_000 },
  async () => {
    await using folder = await temporaryDirectory()
    // Objects are old by the time of the requests' signatures, so that nothing has to be moved but what they were made at.
    const clock = new MovableClock(new Date(Date.now()), { running: true })
    const fuse = new Fuse()
    const open = (wrapMetadata = (store: OrderedStore): OrderedStore => store) =>
      startTestServer({ dataDirectory: folder.path, clock, wrapMetadata })
    {
      await using server = await open((store) => fuse.around(store))
      await createBucket(server, BUCKET)
      await setVersioning(server, BUCKET, 'Enabled')
      await fill(server, OBJECTS)
      await putLifecycle(server, everything)
      fuse.blowAfter(OBJECTS / 2)
      clock.advance(3 * DAY_MILLISECONDS)
      await server.settle().catch(() => undefined)
      // Nothing more is written until the restart, whatever is still under way.
      clock.advance(-3 * DAY_MILLISECONDS)
      const left = (await listKeys(server, BUCKET)).length
      expect(left).toBeGreaterThan(0)
      expect(left).toBeLessThan(OBJECTS)
    }
    await using server = await open()
    clock.advance(3 * DAY_MILLISECONDS)
    await server.settle()
    clock.advance(-3 * DAY_MILLISECONDS)
    const counts = await countVersions(server)
    expect(counts.size).toBe(OBJECTS)
    expect([...counts.values()].filter(({ versions, markers }) => versions !== 1 || markers !== 1)).toEqual(
      [],
    )
  },
)

it('a pass looks at some hundred rows in a step, however many there are', async () => {
  const fuse = new Fuse()
  await using room = await LifecycleRoom.open({ wrapMetadata: (store) => fuse.around(store) })
  await room.setLifecycle(rule(ALL + expiration(1)))
  for (let start = 0; start < OBJECTS; start += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, at) => room.put(`${start + at}`)))
  }
  fuse.mostFound = 0
  await room.afterDays(3)
  expect(fuse.mostFound).toBeLessThan(OBJECTS)
  expect(await room.keys()).toEqual([])
})

describe('processes', () => {
  /** A day is as long as an object needs to be seen before it goes. */
  const config = { testing: { enabled: true, dayLengthSeconds: 1, processTimeoutSeconds: 1 } }

  async function untilHidden(server: ServerAddress): Promise<void> {
    await expect.poll(() => listKeys(server, BUCKET), { timeout: 40_000, interval: 200 }).toEqual([])
  }

  it('two on one folder: each object is hidden once', { timeout: 90_000 }, async () => {
    await using folder = await temporaryDirectory()
    await using one = await startServerProcess({ dataDirectory: folder.path, config })
    await using two = await startServerProcess({ dataDirectory: folder.path, config })
    await createBucket(one, BUCKET)
    await setVersioning(one, BUCKET, 'Enabled')
    await putLifecycle(two, everything)
    await fill(one, 300)
    await untilHidden(two)
    const counts = [...(await countVersions(one)).values()]
    expect(counts).toHaveLength(300)
    expect(counts.filter(({ versions, markers }) => versions !== 1 || markers !== 1)).toEqual([])
  })

  it(
    'killed in the middle of a pass, the other goes on: no version lost, none doubled',
    { timeout: 90_000 },
    async () => {
      await using folder = await temporaryDirectory()
      await using one = await startServerProcess({ dataDirectory: folder.path, config })
      await createBucket(one, BUCKET)
      await setVersioning(one, BUCKET, 'Enabled')
      await fill(one, OBJECTS)
      await putLifecycle(one, everything)
      const left = async (): Promise<number> => (await listKeys(one, BUCKET)).length
      await expect.poll(left, { timeout: 40_000, interval: 5 }).toBeLessThan(OBJECTS)
      await one.end('SIGKILL')
      await using two = await startServerProcess({ dataDirectory: folder.path, config })
      await untilHidden(two)
      const counts = [...(await countVersions(two)).values()]
      expect(counts).toHaveLength(OBJECTS)
      expect(counts.filter(({ versions, markers }) => versions !== 1 || markers !== 1)).toEqual([])
    },
  )
})
