import { describe, expect, it } from 'vitest'
import { referenceChecksum } from '../../support/reference-checksums.ts'
import { DAY_MILLISECONDS, expectStatus } from '../../support/time-room.ts'
import { ALL, expiration, noncurrentExpiration, rule } from '../lifecycle/lifecycle-room.ts'
import { EventRoom } from './event-room.ts'
import type { EventRecord } from './notification-room.ts'

const transition = '<Transition><Days>30</Days><StorageClass>GLACIER</StorageClass></Transition>'

function authors(records: readonly EventRecord[]): unknown[] {
  return records.map(({ userIdentity, requestParameters, eventVersion }) => [
    userIdentity.principalId,
    requestParameters.sourceIPAddress,
    eventVersion,
  ])
}

describe('LifecycleExpiration', () => {
  it('Delete, without versioning', async () => {
    await using room = await EventRoom.tellingAll()
    await room.setLifecycle(rule(ALL + expiration(1)))
    await room.put('k')
    await room.names()
    await room.afterDays(3)
    const records = await room.records()
    expect(records.map(({ eventName, s3 }) => [eventName, s3.object.key])).toEqual([
      ['LifecycleExpiration:Delete', 'k'],
    ])
    expect(authors(records)).toEqual([['s3.amazonaws.com', 's3.amazonaws.com', '2.5']])
    const [, told] = await room.bridged()
    expect(told).toMatchObject({
      'detail-type': 'Object Deleted',
      detail: {
        requester: 's3.amazonaws.com',
        reason: 'Lifecycle Expiration',
        'deletion-type': 'Permanently Deleted',
      },
    })
    expect(told?.['detail']).not.toHaveProperty('source-ip-address')
  })

  it('DeleteMarkerCreated, then Delete of the version and of the marker', async () => {
    await using room = await EventRoom.tellingAll({ versioning: true })
    await room.setLifecycle(rule(ALL + expiration(1) + noncurrentExpiration(1)))
    const version = await room.put('k')
    await room.names()
    await room.afterDays(3)
    expect(await room.names()).toEqual(['LifecycleExpiration:DeleteMarkerCreated'])
    await room.afterDays(3)
    await room.afterDays(3)
    const [first, ...others] = await room.records()
    expect([first?.eventName, first?.s3.object.versionId]).toEqual(['LifecycleExpiration:Delete', version])
    expect(others.map(({ eventName }) => eventName)).toEqual(['LifecycleExpiration:Delete'])
  })
})

it('LifecycleTransition tells the class', async () => {
  await using room = await EventRoom.tellingAll()
  await room.setLifecycle(rule(ALL + transition))
  // Smaller objects stay where they are.
  await room.put('k', Buffer.alloc(200_000))
  await room.names()
  await room.afterDays(32)
  const records = await room.records()
  expect(records).toMatchObject([
    {
      eventName: 'LifecycleTransition',
      s3: { object: { key: 'k', size: 200_000 } },
      lifecycleEventData: { transitionEventData: { destinationStorageClass: 'GLACIER' } },
    },
  ])
  expect(authors(records)).toEqual([['s3.amazonaws.com', 's3.amazonaws.com', '2.5']])
  expect((await room.bridged()).at(-1)).toMatchObject({
    'detail-type': 'Object Storage Class Changed',
    detail: { 'destination-storage-class': 'GLACIER' },
  })
})

it('IntelligentTiering tells the archive tier, and a restoration from there that it is done', async () => {
  await using room = await EventRoom.tellingAll()
  const tiering =
    '<IntelligentTieringConfiguration><Id>one</Id><Status>Enabled</Status><Tiering><Days>90</Days><AccessTier>ARCHIVE_ACCESS</AccessTier></Tiering></IntelligentTieringConfiguration>'
  expectStatus(await room.putDocument('', 'intelligent-tiering=&id=one', tiering))
  await room.put('k', Buffer.alloc(200_000), { 'x-amz-storage-class': 'INTELLIGENT_TIERING' })
  await room.names()
  await room.afterDays(40)
  expect(await room.names()).toEqual([])
  await room.afterDays(60)
  expect(await room.records()).toMatchObject([
    {
      eventName: 'IntelligentTiering',
      eventVersion: '2.5',
      s3: { object: { key: 'k' } },
      intelligentTieringEventData: { destinationAccessTier: 'ARCHIVE_ACCESS' },
    },
  ])
  expect((await room.bridged()).at(-1)).toMatchObject({
    'detail-type': 'Object Access Tier Changed',
    detail: { 'destination-access-tier': 'ARCHIVE_ACCESS' },
  })
  const headers = { 'content-md5': referenceChecksum('MD5', '<RestoreRequest/>') }
  expectStatus(
    await room.request('POST', 'k', { query: 'restore=', body: '<RestoreRequest/>', headers }),
    202,
  )
  await room.afterDays(1)
  expect(await room.names()).toEqual(['ObjectRestore:Post', 'ObjectRestore:Completed'])
})

describe('ObjectRestore', () => {
  const restore = async (room: EventRoom, days: number, query = '', tier = 'Standard'): Promise<number> => {
    const body = `<RestoreRequest><Days>${days}</Days><GlacierJobParameters><Tier>${tier}</Tier></GlacierJobParameters></RestoreRequest>`
    const headers = { 'content-md5': referenceChecksum('MD5', body) }
    return (await room.request('POST', 'k', { query: `restore=${query}`, body, headers })).status
  }
  const archived = async (options = {}): Promise<EventRoom> => {
    const room = await EventRoom.tellingAll(options)
    await room.put('k', 'k', { 'x-amz-storage-class': 'GLACIER' })
    await room.names()
    await room.bridged()
    return room
  }

  it('Post when it begins, Completed when it is done, Delete when the copy goes', async () => {
    await using room = await archived({ versioning: true })
    expect(await restore(room, 2)).toBe(202)
    expect(await room.records()).toMatchObject([{ eventName: 'ObjectRestore:Post', eventVersion: '2.5' }])
    room.server.clock.advance(DAY_MILLISECONDS / 4)
    const [completed, ...more] = await room.records()
    expect(more).toEqual([])
    expect(completed).toMatchObject({
      eventName: 'ObjectRestore:Completed',
      eventVersion: '2.5',
      glacierEventData: {
        restoreEventData: {
          lifecycleRestorationExpiryTime: '2030-06-04T00:00:00.000Z',
          lifecycleRestoreStorageClass: 'GLACIER',
        },
      },
    })
    room.server.clock.set(new Date('2030-06-03T23:59:00Z'))
    expect(await room.names()).toEqual([])
    room.server.clock.set(new Date('2030-06-04T00:00:01Z'))
    expect(await room.records()).toMatchObject([{ eventName: 'ObjectRestore:Delete', eventVersion: '2.5' }])
    const told = await room.bridged()
    expect(told).toMatchObject([
      { 'detail-type': 'Object Restore Initiated', detail: { 'source-storage-class': 'GLACIER' } },
      {
        'detail-type': 'Object Restore Completed',
        detail: { 'restore-expiry-time': '2030-06-04T00:00:00Z', 'source-storage-class': 'GLACIER' },
      },
      { 'detail-type': 'Object Restore Expired' },
    ])
  })

  it('what is made faster or longer is told when it happens', async () => {
    await using room = await archived()
    await restore(room, 1)
    await restore(room, 1, '', 'Expedited')
    room.server.clock.advance(DAY_MILLISECONDS / 4)
    expect(await restore(room, 5)).toBe(200)
    expect(await room.names()).toEqual(['ObjectRestore:Post', 'ObjectRestore:Completed'])
    await room.afterDays(3)
    expect(await room.names()).toEqual([])
    await room.afterDays(4)
    expect(await room.names()).toEqual(['ObjectRestore:Delete'])
  })

  it('nothing where the object was deleted or replaced meanwhile', async () => {
    await using room = await archived()
    await restore(room, 1)
    await room.put('k')
    await room.afterDays(5)
    expect(await room.names()).toEqual(['ObjectRestore:Post', 'ObjectCreated:Put'])
  })

  it('an older version too', async () => {
    await using room = await archived({ versioning: true })
    const versionId = (await room.versions())[0]?.versionId ?? ''
    await room.put('k')
    await room.names()
    await restore(room, 1, `&versionId=${versionId}`)
    await room.afterDays(5)
    const told = (await room.records()).map(({ eventName, s3 }) => [eventName, s3.object.versionId])
    expect(told).toEqual(['Post', 'Completed', 'Delete'].map((kind) => [`ObjectRestore:${kind}`, versionId]))
  })

  it('is told where the bucket began to ask when it was under way, and not once its bucket is gone', async () => {
    await using room = await archived()
    await room.tell('<NotificationConfiguration/>')
    await restore(room, 1)
    await room.request('DELETE', 'k')
    expectStatus(await room.request('DELETE', ''), 204)
    await room.request('PUT', '')
    await room.afterDays(5)
    expect(await room.names()).toEqual([])
  })
})
