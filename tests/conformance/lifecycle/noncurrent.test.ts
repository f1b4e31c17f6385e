import { expect, it } from 'vitest'
import { expectStatus } from '../../support/time-room.ts'
import { ALL, expiration, LifecycleRoom, noncurrentExpiration, rule } from './lifecycle-room.ts'

const marker = '<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>'

async function bodies(room: LifecycleRoom, key: string): Promise<string[]> {
  const found = (await room.versions()).filter((version) => version.key === key && !version.isMarker)
  const answers = found.map(({ versionId }) => room.request('GET', key, { query: `versionId=${versionId}` }))
  return (await Promise.all(answers)).map(({ text }) => text)
}

it('counts from when a newer version came, not from when the version was made', async () => {
  await using room = await LifecycleRoom.open({ versioning: true })
  await room.setLifecycle(rule(ALL + noncurrentExpiration(5)))
  await room.put('k', '1')
  await room.afterDays(100)
  await room.put('k', '2')
  await room.afterDays(5)
  expect(await bodies(room, 'k')).toEqual(['2', '1'])
  await room.afterDays(1)
  expect(await bodies(room, 'k')).toEqual(['2'])
  await room.afterDays(100)
  expect(await bodies(room, 'k')).toEqual(['2'])
})

it('a delete marker makes the version behind it noncurrent', async () => {
  await using room = await LifecycleRoom.open({ versioning: true })
  await room.setLifecycle(rule(ALL + noncurrentExpiration(1)))
  await room.put('k', '1')
  await room.request('DELETE', 'k')
  await room.afterDays(3)
  expect(await room.counts('k')).toEqual({ versions: 0, markers: 1 })
})

it('noncurrent delete markers go as versions do', async () => {
  await using room = await LifecycleRoom.open({ versioning: true })
  await room.setLifecycle(rule(ALL + noncurrentExpiration(1)))
  await room.put('k', '1')
  await room.request('DELETE', 'k')
  await room.put('k', '2')
  await room.afterDays(3)
  expect(await room.counts('k')).toEqual({ versions: 1, markers: 0 })
})

it.each([1, 2, 5])('keeps the %i newest noncurrent versions whatever their age', async (newer) => {
  await using room = await LifecycleRoom.open({ versioning: true })
  await room.setLifecycle(rule(ALL + noncurrentExpiration(1, newer)))
  for (let version = 1; version <= 8; version++) await room.put('k', String(version))
  await room.afterDays(3)
  const kept = Array.from({ length: newer + 1 }, (_, at) => String(8 - at))
  expect(await bodies(room, 'k')).toEqual(kept)
})

it('keeps them behind a delete marker too, and across pages of the worker', async () => {
  await using room = await LifecycleRoom.open({ versioning: true })
  await room.setLifecycle(rule(ALL + noncurrentExpiration(1, 100)))
  // More than the worker looks at in one step.
  for (let round = 0; round < 13; round++) {
    await Promise.all(Array.from({ length: 40 }, (_, at) => room.put('k', `${round}-${at}`)))
  }
  await room.request('DELETE', 'k')
  await room.afterDays(3)
  expect(await room.counts('k')).toEqual({ versions: 100, markers: 1 })
})

it.each([0, 1, 120])('keeps versions, not delete markers, of which there are %i more', async (more) => {
  await using room = await LifecycleRoom.open({ versioning: true })
  await room.setLifecycle(rule(ALL + noncurrentExpiration(1, 2)))
  for (let version = 1; version <= 4; version++) {
    await room.put('k', String(version))
    await room.request('DELETE', 'k')
  }
  await Promise.all(Array.from({ length: more }, () => room.request('DELETE', 'k')))
  await room.put('k', '5')
  await room.afterDays(3)
  expect(await bodies(room, 'k')).toEqual(['5', '4', '3'])
  // Those in front of the versions that are kept stay with them.
  expect(await room.counts('k')).toEqual({ versions: 3, markers: more + 2 })
})

it('filters by the noncurrent version’s own tags and size', async () => {
  await using room = await LifecycleRoom.open({ versioning: true })
  const filter =
    '<Filter><And><Tag><Key>old</Key><Value>yes</Value></Tag><ObjectSizeGreaterThan>2</ObjectSizeGreaterThan></And></Filter>'
  await room.setLifecycle(rule(filter + noncurrentExpiration(1)))
  await room.put('k', 'large and tagged', { 'x-amz-tagging': 'old=yes' })
  await room.put('k', 's', { 'x-amz-tagging': 'old=yes' })
  await room.put('k', 'large')
  await room.put('k', 'large, tagged, current', { 'x-amz-tagging': 'old=yes' })
  await room.afterDays(3)
  expect(await bodies(room, 'k')).toEqual(['large, tagged, current', 'large', 's'])
})

it('the null version goes by the same rules', async () => {
  await using room = await LifecycleRoom.open()
  await room.put('k', 'null')
  await room.setVersioning('Enabled')
  await room.put('k', 'newer')
  await room.setLifecycle(rule(ALL + noncurrentExpiration(1)))
  await room.afterDays(3)
  expect(await bodies(room, 'k')).toEqual(['newer'])
})

it('ExpiredObjectDeleteMarker takes markers that hide nothing, at once, and no others', async () => {
  await using room = await LifecycleRoom.open({ versioning: true })
  const gone = await room.put('alone')
  await room.request('DELETE', 'alone')
  await room.put('hiding')
  await room.request('DELETE', 'hiding')
  expectStatus(await room.request('DELETE', 'alone', { query: `versionId=${gone}` }), 204)
  await room.setLifecycle(rule(ALL + marker))
  await room.afterDays(0.1)
  expect(await room.counts('alone')).toEqual({ versions: 0, markers: 0 })
  expect(await room.counts('hiding')).toEqual({ versions: 1, markers: 1 })
})

it('a marker that hides nothing also goes by its age, where the rule says days', async () => {
  await using room = await LifecycleRoom.open({ versioning: true })
  await room.request('DELETE', 'k')
  await room.setLifecycle(rule(ALL + expiration(5)))
  await room.afterDays(3)
  expect(await room.counts('k')).toEqual({ versions: 0, markers: 1 })
  await room.afterDays(3)
  expect(await room.counts('k')).toEqual({ versions: 0, markers: 0 })
})

it('the whole way: expired, hidden, removed, forgotten', async () => {
  await using room = await LifecycleRoom.open({ versioning: true })
  await room.setLifecycle(rule(ALL + expiration(10) + noncurrentExpiration(5)))
  await room.put('k', '1')
  await room.afterDays(11)
  expect(await room.counts('k')).toEqual({ versions: 1, markers: 1 })
  await room.afterDays(6)
  expect(await room.counts('k')).toEqual({ versions: 0, markers: 1 })
  await room.afterDays(6)
  expect(await room.versions()).toEqual([])
  expectStatus(await room.request('DELETE', ''), 204)
})

it('never takes what is locked, and takes it when the lock ends', async () => {
  await using room = await LifecycleRoom.open({ lock: true })
  await room.setLifecycle(rule(ALL + expiration(1) + noncurrentExpiration(1)))
  const retained = {
    'x-amz-object-lock-mode': 'GOVERNANCE',
    'x-amz-object-lock-retain-until-date': room.inDays(20),
  }
  await room.put('retained', 'x', retained)
  await room.put('held', 'x', { 'x-amz-object-lock-legal-hold': 'ON' })
  await room.put('free')
  await room.afterDays(3)
  await room.afterDays(3)
  expect(await room.counts('retained')).toEqual({ versions: 1, markers: 1 })
  expect(await room.counts('held')).toEqual({ versions: 1, markers: 1 })
  expect((await room.counts('free')).versions).toBe(0)
  await room.afterDays(20)
  await room.afterDays(3)
  expect((await room.counts('retained')).versions).toBe(0)
  expect(await room.counts('held')).toEqual({ versions: 1, markers: 1 })
})
