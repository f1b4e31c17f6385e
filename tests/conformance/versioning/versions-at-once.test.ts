import { expect, it } from 'vitest'
import { type OrderedStore, usingReserve } from '../../../packages/server/src/metadata/ordered-store.ts'
import { setVersioning } from '../../support/versioning.ts'
import { expectSuccess } from '../objects/object-room.ts'
import { VersionRoom } from './version-room.ts'

const TAGGING = '<Tagging><TagSet><Tag><Key>seen</Key><Value>yes</Value></Tag></TagSet></Tagging>'

/** A store that lets something come between, and counts commits that lost a race. */
class Between {
  lost = 0
  /** Done once, after the versions behind a newest one were looked at. */
  afterScan: (() => Promise<unknown>) | undefined

  around(store: OrderedStore): OrderedStore {
    return {
      ...usingReserve(store),
      scan: async (range) => {
        const found = await store.scan(range)
        const { afterScan } = this
        if (range.limit === 2 && afterScan) {
          this.afterScan = undefined
          await afterScan()
        }
        return found
      },
      commit: async (change) => {
        const isDone = await store.commit(change)
        if (!isDone) this.lost++
        return isDone
      },
    }
  }
}

async function openRoom(): Promise<{ room: VersionRoom; between: Between }> {
  const between = new Between()
  const room = await VersionRoom.open(undefined, { wrapMetadata: (store) => between.around(store) })
  await setVersioning(room.server, room.bucket, 'Enabled')
  return { room, between }
}

it('what is said of a version while the newest in front of it is deleted stays with it', async () => {
  const { room, between } = await openRoom()
  await using _ = room
  const [older, newest] = [await room.put('k', 'older'), await room.put('k', 'newest')]
  between.afterScan = async () => {
    const query = `tagging=&versionId=${older ?? ''}`
    expectSuccess(await room.request('PUT', 'k', undefined, { query, body: TAGGING }))
  }
  await room.delete('k', newest)
  expect(between.afterScan).toBeUndefined()
  expect((await room.get('k')).text).toBe('older')
  expect((await room.request('GET', 'k', undefined, { query: 'tagging=' })).text).toContain('<Key>seen</Key>')
})

it('a version that is deleted while the newest in front of it is does not come back', async () => {
  const { room, between } = await openRoom()
  await using _ = room
  const [first, second, third] = [
    await room.put('k', '1'),
    await room.put('k', '2'),
    await room.put('k', '3'),
  ]
  between.afterScan = () => room.delete('k', second)
  await room.delete('k', third)
  expect(between.afterScan).toBeUndefined()
  expect((await room.page()).versions.map(({ id }) => id)).toEqual([first])
  expect((await room.get('k')).text).toBe('1')
})

it('old versions of one key are deleted at once without being in each other’s way', async () => {
  const { room, between } = await openRoom()
  await using _ = room
  const old: (string | undefined)[] = []
  for (let version = 0; version < 20; version++) old.push(await room.put('k', `${version}`))
  const newest = await room.put('k', 'newest')
  between.lost = 0
  await Promise.all(old.map((id) => room.delete('k', id)))
  expect(between.lost).toBe(0)
  expect((await room.page()).versions.map(({ id }) => id)).toEqual([newest])
})
