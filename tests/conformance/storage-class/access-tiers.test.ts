import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MovableClock } from '../../../packages/server/src/base/clock.ts'
import { StorageFault } from '../../../packages/server/src/base/storage-fault.ts'
import { tableOf } from '../../../packages/server/src/metadata/known-tables.ts'
import type { OrderedStore } from '../../../packages/server/src/metadata/ordered-store.ts'
import { FaultyStore } from '../../faults/faulty-store.ts'
import { blobFilesIn } from '../../support/blob-files.ts'
import { contentOf } from '../../support/content.ts'
import { rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { startTestServer } from '../../support/server.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { expectRefusal, expectStatus } from '../../support/time-room.ts'
import { MONITORED_BYTES, speed, TierRoom } from './tier-room.ts'

/** What workers write at any time, to share their work between processes. */
const OF_WORKERS = new Set(['workerLeases', 'workerProgress', 'serverProcesses', 'iamKeyUses'])

const ARCHIVE = { ARCHIVE_ACCESS: 90 }
const BOTH = { ARCHIVE_ACCESS: 90, DEEP_ARCHIVE_ACCESS: 180 }
const ARCHIVED = ['ARCHIVE_ACCESS', undefined]
const READABLE = [undefined, undefined]

async function filesIn(folder: string): Promise<number> {
  return (await blobFilesIn(folder)).length
}

describe('without access', () => {
  it('an object goes from tier to tier, whose bytes may be in folders of their own', async () => {
    await using data = await temporaryDirectory()
    await using other = await temporaryDirectory()
    const tiers = ['INFREQUENT_ACCESS', 'ARCHIVE_INSTANT_ACCESS', 'ARCHIVE_ACCESS', 'DEEP_ARCHIVE_ACCESS']
    const storageClasses = tiers.map((name) => ({
      name,
      directory: join(other.path, name),
      compression: 'zstd' as const,
    }))
    await using room = await TierRoom.open({ dataDirectory: data.path, storageClasses })
    const folders = [join(data.path, 'blobs'), ...tiers.map((name) => join(other.path, name))]
    const counts = (): Promise<number[]> => Promise.all(folders.map(filesIn))
    await room.setTiering(BOTH)
    await room.putTiered('k')
    await room.putParts('parts', [contentOf('a', MONITORED_BYTES), contentOf('b', 100)], {
      'x-amz-storage-class': 'INTELLIGENT_TIERING',
    })
    await room.afterDays(30)
    expect(await counts()).toEqual([2, 0, 0, 0, 0])
    await room.afterDays(1)
    expect(await counts()).toEqual([0, 2, 0, 0, 0])
    await room.setTiering(BOTH, { status: 'Disabled' })
    await room.afterDays(60)
    expect(await counts()).toEqual([0, 0, 2, 0, 0])
    await room.setTiering(BOTH)
    await room.afterDays(1)
    expect(await counts()).toEqual([0, 0, 0, 2, 0])
    await room.afterDays(90)
    expect(await counts()).toEqual([0, 0, 0, 0, 2])
    for (const key of ['k', 'parts']) expect((await room.restore(key)).status).toBe(202)
    await room.afterDays(1)
    expect(await counts()).toEqual([2, 0, 0, 0, 0])
    expect((await room.request('GET', 'k')).body.equals(contentOf('k', MONITORED_BYTES))).toBe(true)
    const part = await room.request('GET', 'parts', { query: 'partNumber=2' })
    expect(part.body.equals(contentOf('b', 100))).toBe(true)
    const head = { 'x-amz-storage-class': 'ARCHIVE_ACCESS' }
    expectRefusal(await room.request('PUT', 'new', { headers: head }), 400, 'InvalidStorageClass')
  })

  it('archived objects are not read, and say where they are', async () => {
    await using room = await TierRoom.open()
    await room.setTiering(BOTH)
    await room.putTiered('k')
    await room.afterDays(90)
    expectStatus(await room.request('HEAD', 'k'))
    expect(await room.archiveStatus('k')).toEqual(READABLE)
    await room.afterDays(1)
    const get = await room.request('GET', 'k')
    expectRefusal(get, 403, 'InvalidObjectState')
    expect([xmlTexts(get.text, 'StorageClass'), xmlTexts(get.text, 'AccessTier')]).toEqual([
      ['INTELLIGENT_TIERING'],
      ['ARCHIVE_ACCESS'],
    ])
    expect(await room.archiveStatus('k')).toEqual(ARCHIVED)
    const headers = { 'x-amz-copy-source': `${room.bucket}/k` }
    expectRefusal(await room.request('PUT', 'copy', { headers }), 403, 'InvalidObjectState')
    await room.afterDays(90)
    const deep = await room.request('GET', 'k')
    expect(xmlTexts(deep.text, 'AccessTier')).toEqual(['DEEP_ARCHIVE_ACCESS'])
    expect(await room.archiveStatus('k')).toEqual(['DEEP_ARCHIVE_ACCESS', undefined])
    const list = await room.request('GET', '', { query: 'list-type=2' })
    expect(xmlTexts(list.text, 'StorageClass')).toEqual(['INTELLIGENT_TIERING'])
    expectStatus(await room.request('GET', 'k', { query: 'tagging=' }))
    expectStatus(await room.request('DELETE', 'k'), 204)
  })

  it('small objects, other classes, and those that no configuration takes stay readable', async () => {
    await using room = await TierRoom.open()
    const filter = '<Filter><And><Prefix>in/</Prefix><Tag><Key>a</Key><Value>b</Value></Tag></And></Filter>'
    await room.setTiering(ARCHIVE, { filter })
    await room.setTiering(ARCHIVE, {
      filter: '<Filter><Prefix>off/</Prefix></Filter>',
      status: 'Disabled',
      id: 'two',
    })
    const tagged = { 'x-amz-tagging': 'a=b' }
    await room.putTiered('in/tagged', MONITORED_BYTES, tagged)
    await room.putTiered('in/small', MONITORED_BYTES - 1, tagged)
    await room.putTiered('in/untagged')
    await room.putTiered('out/tagged', MONITORED_BYTES, tagged)
    await room.putTiered('off/k')
    await room.put('in/standard', contentOf('s', MONITORED_BYTES), tagged)
    await room.afterDays(400)
    const statuses: unknown[] = []
    for (const key of await room.keys()) statuses.push([key, (await room.request('GET', key)).status])
    expect(statuses).toEqual([
      ['in/small', 200],
      ['in/standard', 200],
      ['in/tagged', 403],
      ['in/untagged', 200],
      ['off/k', 200],
      ['out/tagged', 200],
    ])
  })

  it('older versions have tiers too; what is archived stays so without its configuration', async () => {
    await using room = await TierRoom.open({ versioning: true })
    await room.setTiering(ARCHIVE)
    const old = await room.putTiered('k')
    await room.put('k', 'new')
    await room.afterDays(91)
    expect(await room.archiveStatus('k', `versionId=${old}`)).toEqual(ARCHIVED)
    expect((await room.request('GET', 'k')).text).toBe('new')
    await room.request('DELETE', '', { query: 'intelligent-tiering=&id=one' })
    await room.afterDays(1)
    expectRefusal(await room.request('GET', 'k', { query: `versionId=${old}` }), 403, 'InvalidObjectState')
    expect((await room.restore('k', '', `restore=&versionId=${old}`)).status).toBe(202)
    room.advanceHours(5)
    expectStatus(await room.request('GET', 'k', { query: `versionId=${old}` }))
  })

  it('encrypted objects are archived and restored as all others are', async () => {
    await using room = await TierRoom.open()
    await room.setTiering(ARCHIVE)
    await room.putTiered('kms', MONITORED_BYTES, { 'x-amz-server-side-encryption': 'aws:kms' })
    await room.afterDays(91)
    expectRefusal(await room.request('GET', 'kms'), 403, 'InvalidObjectState')
    await room.restore('kms')
    await room.afterDays(1)
    expect((await room.request('GET', 'kms')).body.equals(contentOf('kms', MONITORED_BYTES))).toBe(true)
  })
})

describe('an access', () => {
  const accesses: [string, (room: TierRoom) => Promise<unknown>][] = [
    ['GetObject', (room) => room.request('GET', 'k')],
    ['a GET of a range', (room) => room.request('GET', 'k', { headers: { range: 'bytes=0-0' } })],
    [
      'CopyObject',
      (room) => room.request('PUT', 'copy', { headers: { 'x-amz-copy-source': `${room.bucket}/k` } }),
    ],
    [
      'UploadPartCopy',
      async (room) => {
        const query = `partNumber=1&uploadId=${await room.createUpload('part')}`
        return room.request('PUT', 'part', { query, headers: { 'x-amz-copy-source': `${room.bucket}/k` } })
      },
    ],
  ]
  it.each(accesses)('%s begins the time anew', async (_, access) => {
    await using room = await TierRoom.open()
    await room.setTiering(ARCHIVE)
    await room.putTiered('k')
    await room.afterDays(89)
    await access(room)
    await room.server.settle()
    await room.afterDays(90)
    expect(await room.archiveStatus('k')).toEqual(READABLE)
    await room.afterDays(1)
    expect(await room.archiveStatus('k')).toEqual(ARCHIVED)
  })

  it.each([
    ['HEAD', 'HEAD', ''],
    ['GetObjectTagging', 'GET', 'tagging='],
    ['GetObjectAcl', 'GET', 'acl='],
  ])('%s is none', async (_, method, query) => {
    await using room = await TierRoom.open()
    await room.setTiering(ARCHIVE)
    await room.putTiered('k')
    await room.afterDays(89)
    expectStatus(await room.request(method, 'k', { query }))
    expectStatus(await room.request('GET', '', { query: 'list-type=2' }))
    const headers = { 'if-none-match': '*' }
    expect((await room.request('GET', 'k', { headers })).status).toBe(304)
    await room.afterDays(2)
    expect(await room.archiveStatus('k')).toEqual(ARCHIVED)
  })

  it('is written once a day, and never by the read itself', async () => {
    let commits = 0
    const wrapMetadata = (store: OrderedStore): OrderedStore => ({
      get: (key) => store.get(key),
      getMany: (keys) => store.getMany(keys),
      scanMany: (ranges) => store.scanMany(ranges),
      snapshot: () => store.snapshot(),
      scan: (range) => store.scan(range),
      commit: (change) => {
        const written = [...change.put.map(({ key }) => key), ...change.remove]
        if (!written.every((key) => OF_WORKERS.has(tableOf(key)?.name ?? ''))) commits++
        return store.commit(change)
      },
      [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
    })
    await using room = await TierRoom.open({ wrapMetadata })
    await room.putTiered('k')
    await room.afterDays(1)
    commits = 0
    for (let read = 0; read < 10; read++) expectStatus(await room.request('GET', 'k'))
    expect(commits).toBe(0)
    await room.server.settle()
    expect(commits).toBe(1)
    for (let read = 0; read < 10; read++) expectStatus(await room.request('GET', 'k'))
    await room.server.settle()
    expect(commits).toBe(1)
  })

  it('is written later where the store does not take it now', async () => {
    let store: FaultyStore | undefined
    await using room = await TierRoom.open({ wrapMetadata: (inner) => (store = new FaultyStore(inner)) })
    await room.setTiering(ARCHIVE)
    await room.putTiered('k')
    await room.afterDays(89)
    expectStatus(await room.request('GET', 'k'))
    Object.assign(store ?? {}, { commits: 'full' })
    await expect(room.server.settle()).rejects.toThrow(StorageFault)
    Object.assign(store ?? {}, { commits: undefined })
    await room.afterDays(90)
    expect(await room.archiveStatus('k')).toEqual(READABLE)
  })

  it('is known after a restart', async () => {
    await using folder = await temporaryDirectory()
    const clock = new MovableClock(new Date('2030-06-01T12:00:00Z'))
    {
      await using server = await startTestServer({ dataDirectory: folder.path, clock })
      const room = new TierRoom(server)
      expectStatus(await room.request('PUT', ''))
      await room.setTiering(ARCHIVE)
      await room.putTiered('k')
      await room.afterDays(89)
      expectStatus(await room.request('GET', 'k'))
    }
    await using server = await startTestServer({ dataDirectory: folder.path, clock })
    const room = new TierRoom(server)
    await room.afterDays(90)
    expect(await room.archiveStatus('k')).toEqual(READABLE)
  })

  it('that the worker of another process could not know of takes the archiving back', async () => {
    await using folder = await temporaryDirectory()
    const clock = new MovableClock(new Date('2030-06-01T12:00:00Z'))
    await using server = await startTestServer({ dataDirectory: folder.path, clock })
    const room = new TierRoom(server)
    expectStatus(await room.request('PUT', ''))
    await room.setTiering(ARCHIVE)
    await room.putTiered('k')
    await room.afterDays(90)
    expectStatus(await room.request('GET', 'k'))
    {
      const ahead = new MovableClock(new Date(clock.now().getTime() + 24 * 60 * 60 * 1000))
      await using other = await startTestServer({ dataDirectory: folder.path, clock: ahead })
      await other.settle()
      const date = ahead.now()
      expectRefusal(await rawRequest(other, { path: `/${room.bucket}/k`, date }), 403, 'InvalidObjectState')
    }
    await room.server.settle()
    expectStatus(await room.request('GET', 'k'))
    expect(await room.archiveStatus('k')).toEqual(READABLE)
  })
})

describe('RestoreObject', () => {
  it.each([
    ['ARCHIVE_ACCESS', 'Expedited', 5 / 60],
    ['ARCHIVE_ACCESS', undefined, 5],
    ['ARCHIVE_ACCESS', 'Bulk', 12],
    ['DEEP_ARCHIVE_ACCESS', undefined, 12],
    ['DEEP_ARCHIVE_ACCESS', 'Bulk', 48],
  ])('from %s by %s takes %d hours, for good', async (tier, how, hours) => {
    await using room = await TierRoom.open()
    await room.setTiering({ [tier]: 180 })
    await room.putTiered('k')
    await room.afterDays(181)
    const answer = await room.restore('k', how && speed(how))
    expect([answer.status, answer.text]).toEqual([202, ''])
    room.advanceHours(hours - 0.01)
    await room.server.settle()
    expect(await room.archiveStatus('k')).toEqual([tier, 'ongoing-request="true"'])
    expectRefusal(await room.request('GET', 'k'), 403, 'InvalidObjectState')
    room.advanceHours(0.02)
    expect(await room.archiveStatus('k')).toEqual(READABLE)
    const get = await room.request('GET', 'k')
    expect([get.body.equals(contentOf('k', MONITORED_BYTES)), get.headers['x-amz-storage-class']]).toEqual([
      true,
      'INTELLIGENT_TIERING',
    ])
    await room.server.settle()
    await room.afterDays(180)
    expectStatus(await room.request('GET', 'k'))
    await room.server.settle()
    await room.afterDays(181)
    expect(await room.archiveStatus('k')).toEqual([tier, undefined])
  })

  it('takes no days; goes on faster, not again; leaves alone what is not archived', async () => {
    await using room = await TierRoom.open()
    await room.setTiering(BOTH)
    await room.putTiered('k')
    expectRefusal(await room.restore('k'), 403, 'InvalidObjectState')
    await room.afterDays(91)
    const refused = await room.restore('k', '<Days>1</Days>')
    expectRefusal(refused, 400, 'InvalidArgument')
    expect(refused.text).toContain('not subject to restore expiry')
    expect((await room.restore('k', speed('Bulk'))).status).toBe(202)
    expectRefusal(await room.restore('k', speed('Bulk')), 409, 'RestoreAlreadyInProgress')
    const list = await room.request('GET', '', {
      query: 'versions=',
      headers: { 'x-amz-optional-object-attributes': 'RestoreStatus' },
    })
    expect(xmlTexts(list.text, 'IsRestoreInProgress')).toEqual(['true'])
    expect((await room.restore('k', speed('Expedited'))).status).toBe(202)
    room.advanceHours(1)
    expectStatus(await room.request('GET', 'k'))
    expectRefusal(await room.restore('k'), 403, 'InvalidObjectState')
    await room.afterDays(181)
    await room.afterDays(1)
    expectRefusal(await room.restore('k', speed('Expedited')), 400, 'InvalidArgument')
  })
})

it('what was restored goes back into its archive, although no worker saw it out of that', async () => {
  await using room = await TierRoom.open()
  await room.setTiering(ARCHIVE)
  await room.putTiered('k')
  await room.afterDays(91)
  await room.restore('k')
  await room.afterDays(100)
  expect(await room.archiveStatus('k')).toEqual(ARCHIVED)
})

describe('the lifecycle', () => {
  const transition = (storageClass: string, days: number): string =>
    `<LifecycleConfiguration><Rule><ID>r</ID><Status>Enabled</Status><Filter><Prefix></Prefix></Filter><Transition><Days>${days}</Days><StorageClass>${storageClass}</StorageClass></Transition></Rule></LifecycleConfiguration>`

  it('brings objects into the first tier, whose time begins then', async () => {
    await using room = await TierRoom.open()
    await room.setTiering(ARCHIVE)
    expectStatus(await room.putDocument('', 'lifecycle=', transition('INTELLIGENT_TIERING', 60)))
    await room.put('k', contentOf('k', MONITORED_BYTES))
    await room.afterDays(61)
    expect((await room.request('HEAD', 'k')).headers['x-amz-storage-class']).toBe('INTELLIGENT_TIERING')
    await room.request('DELETE', '', { query: 'lifecycle=' })
    await room.afterDays(90)
    expect(await room.archiveStatus('k')).toEqual(READABLE)
    await room.afterDays(1)
    expect(await room.archiveStatus('k')).toEqual(ARCHIVED)
  })

  it('takes them out of an archive tier to a class that is no warmer', async () => {
    await using room = await TierRoom.open()
    await room.setTiering(ARCHIVE)
    await room.putTiered('k')
    await room.afterDays(91)
    expectStatus(await room.putDocument('', 'lifecycle=', transition('GLACIER_IR', 92)))
    await room.afterDays(3)
    expect(await room.archiveStatus('k')).toEqual(ARCHIVED)
    expectStatus(await room.putDocument('', 'lifecycle=', transition('GLACIER', 92)))
    await room.afterDays(1)
    const { headers } = await room.request('HEAD', 'k')
    expect([headers['x-amz-storage-class'], headers['x-amz-archive-status']]).toEqual(['GLACIER', undefined])
  })
})
