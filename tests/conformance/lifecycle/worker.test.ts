import { expect, it } from 'vitest'
import { MovableClock } from '../../../packages/server/src/base/clock.ts'
import { StorageFault } from '../../../packages/server/src/base/storage-fault.ts'
import type { OrderedStore, ScanRange } from '../../../packages/server/src/metadata/ordered-store.ts'
import { createBucket, listKeys } from '../../support/buckets.ts'
import { startTestServer } from '../../support/server.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { setVersioning } from '../../support/versioning.ts'
import { BUCKET, countVersions, everything, fill, OBJECTS, putLifecycle } from './expiring-bucket.ts'
import { ALL, expiration, LifecycleRoom, rule } from './lifecycle-room.ts'

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
