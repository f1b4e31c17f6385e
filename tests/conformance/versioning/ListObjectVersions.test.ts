import {
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  type ListObjectVersionsCommandOutput,
} from '@aws-sdk/client-s3'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { FaultyStore, type StoreCall } from '../../../packages/server/src/metadata/engines/faulty.ts'
import { mainAccount, otherCredentials } from '../../support/accounts.ts'
import { sortedAsKeys } from '../../support/buckets.ts'
import { xmlTexts } from '../../support/raw-request.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { VersionRoom } from './version-room.ts'

describe('without versioning', () => {
  it('every object is its null version', async () => {
    await using room = await VersionRoom.open()
    await room.put('a', '1')
    await room.put('b', '2')
    expect(await room.page()).toEqual({
      versions: [
        { key: 'a', id: 'null', isLatest: true },
        { key: 'b', id: 'null', isLatest: true },
      ],
      markers: [],
      prefixes: [],
      next: undefined,
    })
  })
})

describe('versions and delete markers', () => {
  /** Newest first: a has v3, marker, v2, v1; b/1 and b/2 one version each; c a marker and the null version. */
  let room: VersionRoom
  const id: Record<string, string> = {}
  beforeAll(async () => {
    room = await VersionRoom.open()
    await room.put('c', 'null')
    await room.versioning('Enabled')
    for (const name of ['v1', 'v2']) id[name] = (await room.put('a', name)) ?? ''
    id['marker'] = (await room.delete('a')).id ?? ''
    id['v3'] = (await room.put('a', 'v3')) ?? ''
    id['b1'] = (await room.put('b/1', 'b1')) ?? ''
    id['b2'] = (await room.put('b/2', 'b2')) ?? ''
    id['gone'] = (await room.delete('c')).id ?? ''
    return () => room[Symbol.asyncDispose]()
  })
  const order = ['v3', 'marker', 'v2', 'v1', 'b1', 'b2', 'gone', 'null']
  const idsOf = (name: string): string => (name === 'null' ? 'null' : (id[name] ?? ''))
  const isMarker = (name: string): boolean => name === 'marker' || name === 'gone'
  const keyOf = (name: string): string => ({ b1: 'b/1', b2: 'b/2', gone: 'c', null: 'c' })[name] ?? 'a'

  it('come newest first within a key', async () => {
    const { versions, markers } = await room.page()
    expect(versions.map((each) => [each.key, each.id, each.isLatest])).toEqual([
      ['a', id['v3'], true],
      ['a', id['v2'], false],
      ['a', id['v1'], false],
      ['b/1', id['b1'], true],
      ['b/2', id['b2'], true],
      ['c', 'null', false],
    ])
    expect(markers.map((each) => [each.key, each.id, each.isLatest])).toEqual([
      ['a', id['marker'], false],
      ['c', id['gone'], true],
    ])
  })

  it('come in one order: a delete marker stands where it was made', async () => {
    const { text } = await room.list()
    const elements = [...text.matchAll(/<(Version|DeleteMarker)>/g)].map(([, element]) => element)
    expect(xmlTexts(text, 'VersionId')).toEqual(order.map(idsOf))
    expect(elements).toEqual(order.map((name) => (isMarker(name) ? 'DeleteMarker' : 'Version')))
  })

  it('are described', async () => {
    const { text } = await room.list({ prefix: 'c' })
    expect(text).toContain('<ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">')
    expect(text).toMatch(/<Version>.*<ETag>&quot;[0-9a-f]{32}&quot;<\/ETag>.*<Size>4<\/Size>.*<\/Version>/s)
    expect(xmlTexts(text, 'StorageClass')).toEqual(['STANDARD'])
    expect(xmlTexts(text, 'ID')).toEqual([mainAccount.canonicalId, mainAccount.canonicalId])
    expect(xmlTexts(text, 'LastModified')).toHaveLength(2)
    expect([xmlTexts(text, 'Prefix')[0], xmlTexts(text, 'KeyMarker')[0]]).toEqual(['c', ''])
    expect([xmlTexts(text, 'MaxKeys')[0], xmlTexts(text, 'Name')[0]]).toEqual(['1000', room.bucket])
  })

  it.each([1, 2, 3, 4, 5, 7, 8])('come in pages of %i, in the middle of a key too', async (limit) => {
    const pages = await room.pages({ 'max-keys': limit })
    const found = pages.map(({ versions, markers }) =>
      [...versions, ...markers].map((each) => each.id).toSorted(),
    )
    const expected = Array.from({ length: Math.ceil(order.length / limit) }, (_, page) =>
      order
        .slice(page * limit, (page + 1) * limit)
        .map(idsOf)
        .toSorted(),
    )
    expect(found).toEqual(expected)
    const latest = pages
      .flatMap(({ versions, markers }) => [...versions, ...markers])
      .filter((each) => each.isLatest)
    expect(latest.map((each) => each.id).toSorted()).toEqual(['v3', 'b1', 'b2', 'gone'].map(idsOf).toSorted())
  })

  it.each(order)('go on behind %s', async (name) => {
    const rest = order.slice(order.indexOf(name) + 1)
    const page = await room.page({ 'key-marker': keyOf(name), 'version-id-marker': idsOf(name) })
    expect(page.versions.map((each) => each.id)).toEqual(rest.filter((each) => !isMarker(each)).map(idsOf))
    expect(page.markers.map((each) => each.id)).toEqual(rest.filter(isMarker).map(idsOf))
  })

  it('go on behind all versions of a key where no version is named', async () => {
    const page = await room.page({ 'key-marker': 'a' })
    expect(page.versions.map((each) => each.key)).toEqual(['b/1', 'b/2', 'c'])
    expect((await room.page({ 'key-marker': 'aa' })).versions).toEqual(page.versions)
    expect((await room.page({ 'key-marker': 'c' })).versions).toEqual([])
    expect((await room.page({ 'key-marker': 'k'.repeat(2000) })).versions).toEqual([])
  })

  it('fold into common prefixes', async () => {
    const folded = await room.page({ delimiter: '/' })
    expect(folded.prefixes).toEqual(['b/'])
    expect(folded.versions.map((each) => each.key)).toEqual(['a', 'a', 'a', 'c'])
    const pages = await room.pages({ delimiter: '/', 'max-keys': 1 })
    expect(pages).toHaveLength(7)
    expect(pages.flatMap((page) => page.prefixes)).toEqual(['b/'])
    expect(pages[4]?.next).toEqual({ key: 'b/', id: undefined })
    for (const marker of [{}, { 'version-id-marker': id['b1'] ?? '' }])
      expect((await room.page({ delimiter: '/', 'key-marker': 'b/1', ...marker })).prefixes).toEqual([])
    expect((await room.page({ delimiter: '/', prefix: 'b/' })).versions).toHaveLength(2)
    expect((await room.page({ prefix: 'b/2' })).versions.map((each) => each.id)).toEqual([id['b2']])
    expect((await room.page({ prefix: 'none' })).versions).toEqual([])
  })

  it('go through the SDK', async () => {
    const Bucket = room.bucket
    const list = (input: ListObjectVersionsCommandInput): Promise<ListObjectVersionsCommandOutput> =>
      room.client.send(new ListObjectVersionsCommand(input))
    const found = await list({ Bucket, Prefix: 'a' })
    expect(found.Versions?.map(({ VersionId }) => VersionId)).toEqual(['v3', 'v2', 'v1'].map(idsOf))
    expect(found.DeleteMarkers?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
      [id['marker'], false],
    ])
    const seen: (string | undefined)[] = []
    let next: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {}
    while (next) {
      const page = await list({ Bucket, MaxKeys: 3, ...next })
      seen.push(...[...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map((each) => each.VersionId))
      next = page.IsTruncated
        ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
        : undefined
    }
    expect(seen.map(String).toSorted()).toEqual(order.map(idsOf).toSorted())
  })
})

describe('parameters', () => {
  let room: VersionRoom
  beforeAll(async () => {
    room = await VersionRoom.open('Enabled')
    for (const key of ['é ž', '\u{10000}', '\uffff', 'x\u0001', 'a']) await room.put(key, key)
    return () => room[Symbol.asyncDispose]()
  })

  it('encoding-type=url encodes keys and markers', async () => {
    const answer = await room.list({ 'encoding-type': 'url', 'max-keys': 2, 'key-marker': 'a', prefix: '' })
    expectSuccess(answer)
    expect(xmlTexts(answer.text, 'Key')).toEqual(['x%01', '%C3%A9+%C5%BE'])
    expect(xmlTexts(answer.text, 'NextKeyMarker')).toEqual(['%C3%A9+%C5%BE'])
    expect(xmlTexts(answer.text, 'EncodingType')).toEqual(['url'])
    expectError(await room.list({ 'encoding-type': 'hex' }), 400, 'InvalidArgument')
  })

  it('keys come in the order of UTF-8', async () => {
    const { versions } = await room.page({ 'key-marker': 'x\u0001' })
    expect(versions.map((each) => each.key)).toEqual(sortedAsKeys(['é ž', '\u{10000}', '\uffff']))
  })

  it('max-keys is 0 to 1,000, and more is taken for 1,000', async () => {
    const none = await room.list({ 'max-keys': 0 })
    expect([xmlTexts(none.text, 'MaxKeys'), xmlTexts(none.text, 'IsTruncated')]).toEqual([['0'], ['false']])
    expect(xmlTexts((await room.list({ 'max-keys': 5000 })).text, 'MaxKeys')).toEqual(['1000'])
    for (const count of ['-1', 'x', '2147483648']) {
      const element = expectError(await room.list({ 'max-keys': count }), 400, 'InvalidArgument')
      expect(element('ArgumentValue')).toBe(count)
    }
  })

  it('a version-id-marker needs a key-marker, and has to be one', async () => {
    const id = '0'.repeat(32)
    for (const [marker, parameters] of [
      [id, {}],
      ['', { 'key-marker': 'a' }],
      ['garbage', { 'key-marker': 'a' }],
      [`${id}0`, { 'key-marker': 'a' }],
    ] as const) {
      const answer = await room.list({ ...parameters, 'version-id-marker': marker })
      const element = expectError(answer, 400, 'InvalidArgument')
      expect(element('ArgumentName')).toBe('version-id-marker')
    }
  })

  it('of a key without versions are behind it', async () => {
    const page = await room.page({ 'key-marker': 'b', 'version-id-marker': '0'.repeat(32) })
    expect(page.versions.map((each) => each.key)).toEqual(
      (await room.page({ 'key-marker': 'b' })).versions.map((each) => each.key),
    )
  })

  it('are for the owner alone', async () => {
    const request = { path: `/${room.bucket}`, query: 'versions=' }
    expectError(await room.send({ ...request, credentials: otherCredentials }), 403, 'AccessDenied')
    expectError(await room.send({ ...request, anonymous: true }), 403, 'AccessDenied')
    expectError(await room.send({ ...request, path: '/no-such-bucket' }), 404, 'NoSuchBucket')
  })
})

describe('while versions are deleted', () => {
  it('the one that became the newest is not missed', async () => {
    await using room = await VersionRoom.open('Enabled')
    const first = await room.put('key', 'first')
    const second = await room.put('key', 'second')
    const third = await room.put('key', 'third')
    const page = await room.page({ 'max-keys': 1 })
    expect(page.next).toEqual({ key: 'key', id: third })
    await room.delete('key', third)
    const rest = await room.page({ 'key-marker': 'key', 'version-id-marker': third })
    expect(rest.versions.map((each) => [each.id, each.isLatest])).toEqual([
      [second, true],
      [first, false],
    ])
  })
})

describe('while versions come and go', () => {
  it('no listing misses one that stays, or shows it twice', async () => {
    // A store whose scans answer late, as one across a network does.
    const slow = {
      after: async ({ operation }: StoreCall): Promise<void> => {
        const turns = operation === 'scan' ? 30 : 0
        for (let turn = 0; turn < turns; turn++) await nextTurn()
      },
    }
    await using room = await VersionRoom.open('Enabled', {
      wrapMetadata: (store) => new FaultyStore(store, slow),
    })
    const stays = await room.put('key', 'stays')
    const over = new AbortController()
    const churn = async (): Promise<void> => {
      while (!over.signal.aborted) await room.delete('key', await room.put('key', 'goes'))
    }
    const churning = churn()
    const counts: number[] = []
    for (let round = 0; round < 200; round++) {
      const { versions } = await room.page()
      counts.push(versions.filter((each) => each.id === stays).length)
    }
    over.abort()
    await churning
    expect(counts).toEqual(counts.map(() => 1))
  })
})
