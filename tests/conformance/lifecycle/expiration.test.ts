import { describe, expect, it } from 'vitest'
import { rawRequest } from '../../support/raw-request.ts'
import { expectRefusal, expectStatus } from '../../support/time-room.ts'
import { ALL, expiration, LifecycleRoom, rule } from './lifecycle-room.ts'

describe('by age', () => {
  it('is rounded up to the next midnight UTC', async () => {
    await using room = await LifecycleRoom.open()
    await room.setLifecycle(rule(ALL + expiration(1)))
    await room.at('2030-06-01T10:30:00Z')
    await room.put('k')
    await room.at('2030-06-02T10:31:00Z')
    expect(await room.keys()).toEqual(['k'])
    await room.at('2030-06-02T23:59:50Z')
    expect(await room.keys()).toEqual(['k'])
    await room.at('2030-06-03T00:59:59Z')
    expect(await room.keys()).toEqual([])
  })

  it('removes the bytes too', async () => {
    await using room = await LifecycleRoom.open()
    await room.setLifecycle(rule(ALL + expiration(1)))
    await room.put('large', Buffer.alloc(100_000, 'x'))
    await room.putParts('parts', ['one', Buffer.alloc(100_000, 'y')])
    await room.afterDays(3)
    expectRefusal(await room.request('GET', 'large'), 404, 'NoSuchKey')
    expectRefusal(await room.request('GET', 'parts'), 404, 'NoSuchKey')
    expectStatus(await room.request('DELETE', ''), 204)
  })

  it('an object written anew begins anew', async () => {
    await using room = await LifecycleRoom.open()
    await room.setLifecycle(rule(ALL + expiration(3)))
    await room.put('k')
    await room.afterDays(2)
    await room.put('k')
    await room.afterDays(2)
    expect(await room.keys()).toEqual(['k'])
    await room.afterDays(2)
    expect(await room.keys()).toEqual([])
  })

  it('rules see what was there before them', async () => {
    await using room = await LifecycleRoom.open()
    await room.put('old')
    await room.afterDays(5)
    await room.setLifecycle(rule(ALL + expiration(3)))
    await room.put('new')
    await room.afterDays(0.1)
    expect(await room.keys()).toEqual(['new'])
  })
})

it('by date takes all there is from that day on', async () => {
  await using room = await LifecycleRoom.open()
  await room.setLifecycle(rule(`${ALL}<Expiration><Date>2030-06-10T00:00:00Z</Date></Expiration>`))
  await room.put('k')
  await room.at('2030-06-09T22:30:00Z')
  expect(await room.keys()).toEqual(['k'])
  await room.at('2030-06-10T00:10:00Z')
  expect(await room.keys()).toEqual([])
  await room.put('later')
  await room.afterDays(1)
  expect(await room.keys()).toEqual([])
})

describe('filters', () => {
  const objects = [
    ['logs/a', 10, ''],
    ['logs/b', 100, 'kind=log'],
    ['logs/c', 1000, 'kind=log&keep=no'],
    ['data/a', 100, 'kind=log'],
    ['data/b', 0, 'keep=no'],
    ['logs', 10, 'kind=logs'],
  ] as const

  it.each([
    ['', ['logs/a', 'logs/b', 'logs/c', 'data/a', 'data/b', 'logs']],
    ['<Prefix>logs/</Prefix>', ['logs/a', 'logs/b', 'logs/c']],
    ['<Tag><Key>kind</Key><Value>log</Value></Tag>', ['logs/b', 'logs/c', 'data/a']],
    ['<Tag><Key>Kind</Key><Value>log</Value></Tag>', []],
    ['<ObjectSizeGreaterThan>100</ObjectSizeGreaterThan>', ['logs/c']],
    ['<ObjectSizeGreaterThan>99</ObjectSizeGreaterThan>', ['logs/b', 'logs/c', 'data/a']],
    ['<ObjectSizeLessThan>10</ObjectSizeLessThan>', ['data/b']],
    ['<ObjectSizeLessThan>11</ObjectSizeLessThan>', ['logs/a', 'data/b', 'logs']],
    [
      '<And><Prefix>logs/</Prefix><Tag><Key>kind</Key><Value>log</Value></Tag><ObjectSizeLessThan>500</ObjectSizeLessThan></And>',
      ['logs/b'],
    ],
    [
      '<And><Tag><Key>kind</Key><Value>log</Value></Tag><Tag><Key>keep</Key><Value>no</Value></Tag></And>',
      ['logs/c'],
    ],
  ])('%s', async (filter, gone) => {
    await using room = await LifecycleRoom.open()
    for (const [key, size, tags] of objects) {
      await room.put(key, 'x'.repeat(size), tags === '' ? {} : { 'x-amz-tagging': tags })
    }
    await room.setLifecycle(rule(`<Filter>${filter}</Filter>${expiration(1)}`))
    await room.afterDays(3)
    const left = objects.map(([key]) => key).filter((key) => !gone.some((one) => one === key))
    expect(await room.keys()).toEqual(left.toSorted())
  })

  it('a tag given later counts, one taken away no longer', async () => {
    await using room = await LifecycleRoom.open()
    const filter = '<Filter><Tag><Key>old</Key><Value>yes</Value></Tag></Filter>'
    await room.setLifecycle(rule(filter + expiration(1)))
    await room.put('untagged', 'x', { 'x-amz-tagging': 'old=yes' })
    await room.put('tagged')
    expectStatus(await room.request('DELETE', 'untagged', { query: 'tagging=' }), 204)
    const body = '<Tagging><TagSet><Tag><Key>old</Key><Value>yes</Value></Tag></TagSet></Tagging>'
    expectStatus(await room.putDocument('tagged', 'tagging=', body))
    await room.afterDays(3)
    expect(await room.keys()).toEqual(['untagged'])
  })
})

it('disabled rules do nothing', async () => {
  await using room = await LifecycleRoom.open()
  await room.setLifecycle(rule(ALL + expiration(1), 'off', 'Disabled'))
  await room.put('k')
  await room.afterDays(10)
  expect(await room.keys()).toEqual(['k'])
})

it('of several rules the one that comes first counts', async () => {
  await using room = await LifecycleRoom.open()
  await room.setLifecycle(
    rule(ALL + expiration(10), 'all'),
    rule(`<Filter><Prefix>logs/</Prefix></Filter>${expiration(2)}`, 'logs'),
  )
  await room.put('logs/a')
  await room.put('data')
  await room.afterDays(4)
  expect(await room.keys()).toEqual(['data'])
  await room.afterDays(8)
  expect(await room.keys()).toEqual([])
})

it('each bucket has its own rules', async () => {
  await using room = await LifecycleRoom.open()
  await room.setLifecycle(rule(ALL + expiration(1)))
  await room.put('k')
  const other = (method: string, path: string, body = '') =>
    rawRequest(room.server, { method, path, body, date: room.now })
  for (const bucket of ['a-bucket-before', 'the-bucket-behind']) {
    expectStatus(await other('PUT', `/${bucket}`))
    expectStatus(await other('PUT', `/${bucket}/k`, 'x'))
  }
  await room.afterDays(3)
  expect(await room.keys()).toEqual([])
  expectStatus(await other('HEAD', '/a-bucket-before/k'))
  expectStatus(await other('HEAD', '/the-bucket-behind/k'))
})

describe('with versioning', () => {
  it('enabled, the object goes behind a delete marker, once', async () => {
    await using room = await LifecycleRoom.open({ versioning: true })
    const version = await room.put('k')
    await room.setLifecycle(rule(ALL + expiration(1)))
    await room.afterDays(3)
    expectRefusal(await room.request('GET', 'k'), 404, 'NoSuchKey')
    expect(await room.counts('k')).toEqual({ versions: 1, markers: 1 })
    await room.afterDays(3)
    await room.afterDays(3)
    expect(await room.counts('k')).toEqual({ versions: 1, markers: 1 })
    expect((await room.request('GET', 'k', { query: `versionId=${version}` })).text).toBe('k')
  })

  it('suspended, a null marker takes the place of a null version', async () => {
    await using room = await LifecycleRoom.open({ versioning: true })
    const kept = await room.put('k', 'kept')
    await room.setVersioning('Suspended')
    await room.put('k', 'null version')
    await room.setLifecycle(rule(ALL + expiration(1)))
    await room.afterDays(3)
    const shown = await room.versions()
    expect(shown).toHaveLength(2)
    expect(shown).toContainEqual({ key: 'k', versionId: 'null', isLatest: true, isMarker: true })
    expect(shown).toContainEqual({ key: 'k', versionId: kept, isLatest: false, isMarker: false })
  })
})

it('a clock that was ahead removes nothing once it is right again', async () => {
  await using room = await LifecycleRoom.open()
  await room.setLifecycle(rule(ALL + expiration(100)))
  await room.put('k')
  await room.afterDays(50)
  await room.afterDays(-50)
  await room.afterDays(50)
  expect(await room.keys()).toEqual(['k'])
})
