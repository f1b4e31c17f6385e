import { expect, it } from 'vitest'
import type { OrderedStore } from '../../../packages/server/src/metadata/ordered-store.ts'
import { setQuota } from '../../../packages/server/src/s3/shared/quotas/set-quota.ts'
import { ReplicationRoom, ruleTo } from './replication-room.ts'
import { TwoSites } from './two-sites.ts'

interface Pair {
  readonly here: ReplicationRoom
  readonly from: string
  readonly there: ReplicationRoom
  readonly to: string
  readonly storeThere: OrderedStore
}

const plain = (seen: Awaited<ReturnType<ReplicationRoom['versions']>>) =>
  seen.map(({ key, id, body, isLatest }) => [key, id, body, isLatest])

/** Versions, a marker and a change while the destination has no room for any object; then it has. */
async function assertWaits({ here, from, there, to, storeThere }: Pair): Promise<void> {
  await setQuota(storeThere, { bucket: to }, { maximumBytes: 3 })
  await here.put(from, 'key', { Body: 'the first' })
  const tiny = await here.put(from, 'other', { Body: 'x' })
  await here.put(from, 'key', { Body: 'the second' })
  for (let minute = 0; minute < 3; minute++) {
    await here.server.settle()
    here.server.clock.advance(20 * 60_000)
    if (there !== here) there.server.clock.advance(20 * 60_000)
    await here.put(from, 'key', { Body: `${minute} of those that came later` })
  }
  await here.server.settle()
  expect(new Set((await here.versions(from)).map(({ status }) => status))).toEqual(
    new Set(['PENDING', 'COMPLETED']),
  )
  // What there is room for does not wait for what there is none for.
  expect(plain(await there.versions(to))).toEqual([['other', tiny, 'x', true]])
  await setQuota(storeThere, { bucket: to }, { maximumBytes: 1_000_000 })
  here.server.clock.advance(6 * 60_000)
  await here.server.settle()
  expect(plain(await there.versions(to))).toEqual(plain(await here.versions(from)))
  expect(new Set((await here.versions(from)).map(({ status }) => status))).toEqual(new Set(['COMPLETED']))
}

it('what a bucket of this server has no room for waits in the order of its key, and comes once', async () => {
  expect.hasAssertions()
  let storeThere: OrderedStore | undefined
  await using here = await ReplicationRoom.open({ wrapMetadata: (opened) => (storeThere = opened) })
  const [from, to] = [await here.bucket(), await here.bucket()]
  await here.replicate(from, await here.role(), ruleTo(to))
  if (storeThere) await assertWaits({ here, from, there: here, to, storeThere })
})

it('so does what a bucket of another Holdfast has no room for', async () => {
  expect.hasAssertions()
  let storeThere: OrderedStore | undefined
  await using sites = await TwoSites.open({ there: { wrapMetadata: (opened) => (storeThere = opened) } })
  await sites.replicate()
  if (storeThere)
    await assertWaits({
      here: sites.here,
      there: sites.there,
      from: 'here',
      to: 'there',
      storeThere,
    })
})
