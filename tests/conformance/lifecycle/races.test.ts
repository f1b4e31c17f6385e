import { writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { StorageFault } from '../../../packages/server/src/base/storage-fault.ts'
import type { Entry, OrderedStore, ScanRange } from '../../../packages/server/src/metadata/ordered-store.ts'
import { current, uploads, versions } from '../../../packages/server/src/metadata/tables/tables.ts'
import { blobFiles } from '../../support/blob-files.ts'
import { contentOf } from '../../support/content.ts'
import { inRange } from '../../support/in-range.ts'
import { xmlTexts } from '../../support/raw-request.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { expectStatus } from '../../support/time-room.ts'
import { ALL, expiration, LifecycleRoom, noncurrentExpiration, rule } from './lifecycle-room.ts'

/** What the worker reads of a table in one step. */
const PAGE = 500
const MOVED_BYTES = 200_000

type Table = typeof current | typeof versions | typeof uploads

/** Does something once, between the worker's look at a page of a table and what it does about it. */
class Interruption {
  #table: Table | undefined
  #act: () => Promise<unknown> = async () => {}

  readonly around = (store: OrderedStore): OrderedStore => ({
    get: (key) => store.get(key),
    getMany: (keys) => store.getMany(keys),
    scanMany: (ranges) => store.scanMany(ranges),
    snapshot: () => store.snapshot(),
    scan: async (range) => {
      const entries = await store.scan(range)
      await this.#interrupt(range, entries)
      return entries
    },
    commit: (change) => store.commit(change),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  })

  /** Ends after the worker's pass. */
  async during(room: LifecycleRoom, table: Table, act: () => Promise<unknown>): Promise<void> {
    this.#table = table
    this.#act = act
    await room.afterDays(3)
    if (this.#table) throw new Error('the worker did not look at the table')
  }

  async #interrupt({ start, limit }: ScanRange, entries: readonly Entry[]): Promise<void> {
    const range = this.#table?.range()
    if (!range || limit !== PAGE || entries.length === 0) return
    if (!inRange(range, start)) return
    this.#table = undefined
    await this.#act()
  }
}

const interruption = new Interruption()
const options = { wrapMetadata: interruption.around }
const transition = (storageClass: string): string =>
  `<Transition><Days>1</Days><StorageClass>${storageClass}</StorageClass></Transition>`
const noncurrentTransition = `<NoncurrentVersionTransition><NoncurrentDays>1</NoncurrentDays><StorageClass>GLACIER</StorageClass></NoncurrentVersionTransition>`

describe('a version that becomes the newest just when it is due as an older one', () => {
  it.each(['a version', 'a delete marker'])('stays: %s in front of it went', async (what) => {
    await using room = await LifecycleRoom.open({ ...options, versioning: true })
    await room.setLifecycle(rule(ALL + noncurrentExpiration(1)))
    await room.put('k', 'kept')
    if (what === 'a version') await room.put('k', 'newer')
    else await room.request('DELETE', 'k')
    const newest = (await room.versions()).find(({ isLatest }) => isLatest)
    await interruption.during(room, versions, () =>
      room.request('DELETE', 'k', { query: `versionId=${newest?.versionId}` }),
    )
    expect((await room.request('GET', 'k')).text).toBe('kept')
  })

  it('keeps its class', async () => {
    await using room = await LifecycleRoom.open({ ...options, versioning: true })
    await room.setLifecycle(rule(ALL + noncurrentTransition))
    const body = contentOf('kept', MOVED_BYTES)
    await room.put('k', body)
    const newer = await room.put('k', 'newer')
    await interruption.during(room, versions, () =>
      room.request('DELETE', 'k', { query: `versionId=${newer}` }),
    )
    expect((await room.request('GET', 'k')).body.equals(body)).toBe(true)
  })
})

it('as many newer versions are kept as the rule says, although some of them go meanwhile', async () => {
  await using room = await LifecycleRoom.open({ ...options, versioning: true })
  await room.setLifecycle(rule(ALL + noncurrentExpiration(1, 2)))
  const ids: string[] = []
  for (let at = 0; at < 5; at++) ids.push(await room.put('k', String(at)))
  await interruption.during(room, versions, () =>
    room.request('DELETE', 'k', { query: `versionId=${ids[3]}` }),
  )
  expect((await room.versions()).map(({ versionId }) => versionId)).toEqual([ids[4], ids[2], ids[1]])
})

it.each([
  ['expiration', expiration(1)],
  ['a transition', transition('GLACIER')],
])('no rule is carried out that was just withdrawn: %s', async (_, action) => {
  await using room = await LifecycleRoom.open(options)
  await room.setLifecycle(rule(ALL + action))
  await room.put('k', contentOf('k', MOVED_BYTES))
  await interruption.during(room, current, () => room.request('DELETE', '', { query: 'lifecycle=' }))
  expectStatus(await room.request('GET', 'k'))
})

it('no upload is aborted whose rule was just withdrawn', async () => {
  await using room = await LifecycleRoom.open(options)
  const abort =
    '<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>'
  await room.setLifecycle(rule(ALL + abort))
  const uploadId = await room.createUpload('k')
  await interruption.during(room, uploads, () => room.request('DELETE', '', { query: 'lifecycle=' }))
  expectStatus(await room.request('GET', 'k', { query: `uploadId=${uploadId}` }))
})

it('a filter by tags is held against the tags that an object has then', async () => {
  await using room = await LifecycleRoom.open(options)
  const filter = '<Filter><Tag><Key>a</Key><Value>b</Value></Tag></Filter>'
  await room.setLifecycle(rule(filter + transition('GLACIER')))
  await room.put('k', contentOf('k', MOVED_BYTES), { 'x-amz-tagging': 'a=b' })
  await interruption.during(room, current, () => room.request('DELETE', 'k', { query: 'tagging=' }))
  expectStatus(await room.request('GET', 'k'))
})

it('a bucket that is made anew under its name is looked at from its beginning', async () => {
  await using room = await LifecycleRoom.open({ ...options, versioning: true })
  await room.setLifecycle(rule(ALL + expiration(1)))
  await room.put('k', 'k')
  await interruption.during(room, current, async () => {
    for (const { key, versionId } of await room.versions())
      await room.request('DELETE', key, { query: `versionId=${versionId}` })
    expectStatus(await room.request('DELETE', ''), 204)
    expectStatus(await room.request('PUT', ''))
    await room.put('k', 'new')
  })
  expect((await room.request('GET', 'k')).text).toBe('new')
})

describe('faults in the middle of a move', () => {
  it('a commit whose answer is lost keeps the bytes that it may have named', async () => {
    await using data = await temporaryDirectory()
    await using cold = await temporaryDirectory()
    const storageClasses = [{ name: 'COLD', directory: cold.path }]
    let lost = 0
    const wrapMetadata = (store: OrderedStore): OrderedStore => ({
      ...interruption.around(store),
      async commit(change) {
        const done = await store.commit(change)
        if (
          !change.put.some(
            (row) => inRange(current.range(), row.key) && current.decode(row).storageClass === 'COLD',
          )
        )
          return done
        lost++
        throw new StorageFault('unavailable', 'the answer was lost')
      },
    })
    await using room = await LifecycleRoom.open({ dataDirectory: data.path, storageClasses, wrapMetadata })
    const body = contentOf('k', MOVED_BYTES)
    await room.put('k', body)
    await room.setLifecycle(rule(ALL + transition('COLD')))
    await room.afterDays(3)
    expect(lost).toBe(1)
    const get = await room.request('GET', 'k')
    expect([get.status, get.headers['x-amz-storage-class'], get.body.equals(body)]).toEqual([
      200,
      'COLD',
      true,
    ])
  })

  it('an object that cannot be read keeps no other from its rules', async () => {
    await using data = await temporaryDirectory()
    await using cold = await temporaryDirectory()
    const storageClasses = [{ name: 'COLD', directory: cold.path }]
    await using room = await LifecycleRoom.open({ dataDirectory: data.path, storageClasses })
    const damaged = contentOf('damaged', MOVED_BYTES)
    await room.put('a-damaged', damaged)
    const [file] = await blobFiles(data.path)
    await writeFile(file?.path ?? '', Buffer.alloc(file?.sizeBytes ?? 0))
    await room.put('b', contentOf('b', MOVED_BYTES))
    await room.put('gone/k')
    await room.setLifecycle(
      rule(ALL + transition('COLD'), 'move'),
      rule(`<Filter><Prefix>gone/</Prefix></Filter>${expiration(1)}`, 'expire'),
    )
    await room.afterDays(3)
    const list = await room.request('GET', '', { query: 'list-type=2' })
    expect([xmlTexts(list.text, 'Key'), xmlTexts(list.text, 'StorageClass')]).toEqual([
      ['a-damaged', 'b'],
      ['STANDARD', 'COLD'],
    ])
    // The bytes that are left of it stay.
    expect(await blobFiles(data.path)).toHaveLength(1)
  })
})
