import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { blobFiles, blobFilesIn } from '../../support/blob-files.ts'
import { contentOf } from '../../support/content.ts'
import { xmlTexts } from '../../support/raw-request.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { expectRefusal } from '../../support/time-room.ts'
import { ALL, expiration, lifecycleDocument, LifecycleRoom, rule } from '../lifecycle/lifecycle-room.ts'

const LARGE = 3_000_000
const transition = (days: number, storageClass: string): string =>
  `<Transition><Days>${days}</Days><StorageClass>${storageClass}</StorageClass></Transition>`
const noncurrentTransition = (days: number, storageClass: string): string =>
  `<NoncurrentVersionTransition><NoncurrentDays>${days}</NoncurrentDays><StorageClass>${storageClass}</StorageClass></NoncurrentVersionTransition>`

async function classOf(room: LifecycleRoom, key: string, query = ''): Promise<unknown> {
  return (await room.request('HEAD', key, { query })).headers['x-amz-storage-class']
}

/** Sizes of the files under a folder. */
async function sizesIn(folder: string): Promise<number[]> {
  return (await blobFilesIn(folder)).map(({ sizeBytes }) => sizeBytes)
}

describe('by the lifecycle', () => {
  it('an object changes its class when it is due, and no earlier', async () => {
    await using room = await LifecycleRoom.open({ storageClasses: ['LUKEWARM'] })
    await room.setLifecycle(rule(ALL + transition(30, 'STANDARD_IA') + transition(60, 'GLACIER')))
    const body = contentOf('large', 200_000)
    await room.put('k', body)
    await room.afterDays(29)
    expect(await classOf(room, 'k')).toBeUndefined()
    await room.afterDays(2)
    expect(await classOf(room, 'k')).toBe('STANDARD_IA')
    expect((await room.request('GET', 'k')).body.equals(body)).toBe(true)
    const list = await room.request('GET', '', { query: 'list-type=2' })
    expect(xmlTexts(list.text, 'StorageClass')).toEqual(['STANDARD_IA'])
    await room.afterDays(30)
    expect(await classOf(room, 'k')).toBe('GLACIER')
    expectRefusal(await room.request('GET', 'k'), 403, 'InvalidObjectState')
  })

  it('small objects stay, unless the rule speaks of sizes or the archives take any', async () => {
    await using room = await LifecycleRoom.open()
    const bySize = `<Filter><ObjectSizeGreaterThan>10</ObjectSizeGreaterThan></Filter>`
    await room.put('small', 'x'.repeat(100))
    await room.put('exact', contentOf('exact', 128 * 1024))
    await room.setLifecycle(rule(ALL + transition(0, 'GLACIER_IR')))
    await room.afterDays(2)
    expect([await classOf(room, 'small'), await classOf(room, 'exact')]).toEqual([undefined, 'GLACIER_IR'])
    await room.setLifecycle(rule(bySize + transition(0, 'GLACIER_IR')))
    await room.afterDays(1)
    expect(await classOf(room, 'small')).toBe('GLACIER_IR')
    const body = lifecycleDocument(rule(ALL + transition(0, 'GLACIER')))
    const headers = { 'x-amz-transition-default-minimum-object-size': 'varies_by_storage_class' }
    await room.putDocument('', 'lifecycle=', body, { headers })
    await room.afterDays(1)
    expect(await classOf(room, 'small')).toBe('GLACIER')
  })

  it('of several classes the one that costs least wins, and none goes back up; expiration comes first', async () => {
    await using room = await LifecycleRoom.open()
    const at = (id: string, prefix: string, action: string): string =>
      rule(`<Filter><Prefix>${prefix}</Prefix></Filter>${action}`, id)
    await room.setLifecycle(
      at('a', '', transition(1, 'DEEP_ARCHIVE')),
      at('b', '', transition(1, 'GLACIER')),
      at('c', 'gone/', expiration(1)),
    )
    await room.put('k', contentOf('k', 200_000))
    await room.put('gone/k', contentOf('k', 200_000))
    await room.afterDays(3)
    expect(await classOf(room, 'k')).toBe('DEEP_ARCHIVE')
    expect(await room.keys()).toEqual(['k'])
    await room.setLifecycle(at('d', '', transition(0, 'GLACIER_IR')))
    await room.afterDays(3)
    expect(await classOf(room, 'k')).toBe('DEEP_ARCHIVE')
  })

  it('INTELLIGENT_TIERING wins over all but the archives, and from ONEZONE_IA nothing becomes GLACIER_IR', async () => {
    await using room = await LifecycleRoom.open()
    for (const storageClass of ['STANDARD', 'ONEZONE_IA'])
      await room.put(storageClass, contentOf('k', 200_000), { 'x-amz-storage-class': storageClass })
    await room.setLifecycle(
      rule(ALL + transition(1, 'INTELLIGENT_TIERING'), 'a'),
      rule(ALL + transition(1, 'GLACIER_IR'), 'b'),
    )
    await room.afterDays(3)
    await room.afterDays(3)
    expect([await classOf(room, 'STANDARD'), await classOf(room, 'ONEZONE_IA')]).toEqual([
      'INTELLIGENT_TIERING',
      'ONEZONE_IA',
    ])
  })

  it.each([
    ['Enabled', 'GLACIER', 0],
    ['Suspended, of a version with an id', 'GLACIER', 0],
    ['Suspended, of a null version', undefined, 1],
  ])('goes before a delete marker, not before what deletes: %s', async (status, expected, markers) => {
    await using room = await LifecycleRoom.open({ versioning: true })
    const suspended =
      '<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Suspended</Status></VersioningConfiguration>'
    if (status.endsWith('null version')) await room.putDocument('', 'versioning=', suspended)
    await room.put('logs/k', contentOf('k', 200_000))
    if (status !== 'Enabled') await room.putDocument('', 'versioning=', suspended)
    await room.setLifecycle(
      rule(ALL + expiration(1), 'a'),
      rule(`<Filter><Prefix>logs/</Prefix></Filter>${transition(1, 'GLACIER')}`, 'b'),
    )
    await room.afterDays(3)
    expect([await classOf(room, 'logs/k'), (await room.counts('logs/k')).markers]).toEqual([
      expected,
      markers,
    ])
    await room.afterDays(1)
    expect((await room.counts('logs/k')).markers).toBe(1)
  })

  it('noncurrent versions have rules of their own; locked ones may move too', async () => {
    await using room = await LifecycleRoom.open({ lock: true })
    const held = { 'x-amz-object-lock-legal-hold': 'ON' }
    const old = await room.put('k', contentOf('old', 200_000), held)
    await room.put('k', contentOf('new', 200_000))
    await room.setLifecycle(rule(ALL + noncurrentTransition(1, 'GLACIER_IR')))
    await room.afterDays(3)
    expect([await classOf(room, 'k'), await classOf(room, 'k', `versionId=${old}`)]).toEqual([
      undefined,
      'GLACIER_IR',
    ])
    const get = await room.request('GET', 'k', { query: `versionId=${old}` })
    expect([get.body.equals(contentOf('old', 200_000)), get.headers['x-amz-object-lock-legal-hold']]).toEqual(
      [true, 'ON'],
    )
  })
})

describe('a class with a folder and compression of its own', () => {
  const text = Buffer.from('a line that is like all others\n'.repeat(LARGE / 31))
  const storageClasses = (directory: string) => [
    { name: 'COLD', directory, compression: 'zstd' as const },
    { name: 'GLACIER_IR', compression: 'zstd' as const },
  ]

  it('takes uploads, gives back every range of them, and frees them', async () => {
    await using data = await temporaryDirectory()
    await using other = await temporaryDirectory()
    const options = { dataDirectory: data.path, storageClasses: storageClasses(other.path) }
    await using room = await LifecycleRoom.open(options)
    await room.put('k', text, { 'x-amz-storage-class': 'COLD' })
    await room.put('here', text, { 'x-amz-storage-class': 'GLACIER_IR' })
    const [inCold = 0] = await sizesIn(other.path)
    expect(inCold).toBeGreaterThan(0)
    expect(inCold).toBeLessThan(text.length / 10)
    expect((await sizesIn(join(data.path, 'blobs')))[0]).toBeLessThan(text.length / 10)
    for (const key of ['k', 'here']) {
      expect((await room.request('GET', key)).body.equals(text)).toBe(true)
      for (const [start, end] of [
        [0, 0],
        [1_048_570, 1_048_580],
        [2_000_000, text.length - 1],
      ] as const) {
        const { body } = await room.request('GET', key, { headers: { range: `bytes=${start}-${end}` } })
        expect(body.equals(text.subarray(start, end + 1))).toBe(true)
      }
    }
    // A copy into another class is kept as that class is.
    const headers = { 'x-amz-copy-source': `${room.bucket}/k`, 'x-amz-storage-class': 'STANDARD' }
    expect((await room.request('PUT', 'copy', { headers })).status).toBe(200)
    expect((await room.request('GET', 'copy')).body.equals(text)).toBe(true)
    for (const key of ['k', 'here', 'copy']) await room.request('DELETE', key)
    await room.server.settle()
    expect([await sizesIn(other.path), await blobFiles(data.path)]).toEqual([[], []])
  })

  it('a transition moves the bytes there, parts too, and frees the old ones', async () => {
    await using data = await temporaryDirectory()
    await using other = await temporaryDirectory()
    const options = { dataDirectory: data.path, storageClasses: storageClasses(other.path) }
    await using room = await LifecycleRoom.open(options)
    await room.put('whole', text)
    const parts = [text.subarray(0, 1_500_000), Buffer.from('inline'), text.subarray(0, 200_000)]
    await room.putParts('parts', parts)
    await room.put('copied', text)
    await room.request('PUT', 'copy', {
      headers: { 'x-amz-copy-source': `${room.bucket}/copied`, 'x-amz-storage-class': 'STANDARD' },
    })
    const filter =
      '<Filter><And><Prefix></Prefix><ObjectSizeGreaterThan>1</ObjectSizeGreaterThan></And></Filter>'
    await room.setLifecycle(rule(filter + transition(1, 'COLD')))
    await room.afterDays(3)
    for (const [key, bytes] of [
      ['whole', text],
      ['parts', Buffer.concat(parts)],
      ['copied', text],
      ['copy', text],
    ] as const) {
      const get = await room.request('GET', key)
      expect([key, get.headers['x-amz-storage-class'], get.body.equals(bytes)]).toEqual([key, 'COLD', true])
    }
    const part = await room.request('GET', 'parts', { query: 'partNumber=2' })
    expect([part.text, part.headers['x-amz-mp-parts-count']]).toEqual(['inline', '3'])
    expect(await blobFiles(data.path)).toEqual([])
    expect(await sizesIn(other.path)).toHaveLength(5)
  })
})
