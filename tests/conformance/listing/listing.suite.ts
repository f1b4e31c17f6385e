import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { otherAccount, otherCredentials } from '../../support/accounts.ts'
import { awkwardKeys } from '../../support/awkward-keys.ts'
import { sortedAsKeys } from '../../support/buckets.ts'
import { rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { tries } from '../../support/sizes.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { listingOf, type ListingRequest } from './listing-model.ts'
import { decoded, ListingRoom, pageOf, textOf, type Parameters } from './listing-room.ts'

/** More than two pages of the largest size. */
const PAGED_KEYS = 2100

/** How the two versions of ListObjects say the same. */
export interface Version {
  readonly base: Parameters
  /** The parameter that names a key to start behind. */
  readonly after: 'marker' | 'start-after'
  /** The parameter that goes on where a page ended. */
  readonly next: 'marker' | 'continuation-token'
  /** The element that says how to go on; where a page has none, its last key serves. */
  readonly nextElement: string
}

const characters = [
  'a',
  'b',
  '/',
  '//',
  '|',
  '%',
  ' ',
  '+',
  'é',
  '\uffff',
  '\u{1f389}',
  '\u{10000}',
  '\ue000',
  '~',
  '\u0001',
]
const text = fc.array(fc.constantFrom(...characters), { maxLength: 6 }).map((parts) => parts.join(''))

/** What both versions of ListObjects share. */
export function describeListing(version: Version): void {
  const { base, after, next, nextElement } = version

  const nextOf = (answer: { text: string }): string | undefined => {
    if (xmlTexts(answer.text, 'IsTruncated')[0] !== 'true') return undefined
    return xmlTexts(answer.text, nextElement)[0] ?? xmlTexts(answer.text, 'Key').at(-1)
  }

  /** All pages of a listing, each held against the model. */
  async function expectPages(
    room: ListingRoom,
    keys: readonly string[],
    request: ListingRequest,
  ): Promise<void> {
    let from = request.after
    let parameters: Parameters = { [after]: request.after }
    for (;;) {
      const { prefix, delimiter, limit } = request
      const answer = await room.page({ ...base, prefix, delimiter, 'max-keys': limit, ...parameters })
      const expected = listingOf(keys, { ...request, ...(from !== undefined && { after: from }) })
      expect(pageOf(answer, expected.last)).toEqual(expected)
      const going = nextOf(answer)
      expect(going === undefined).toBe(!expected.isTruncated)
      if (going === undefined) return
      parameters = { [next]: going }
      from = expected.last
    }
  }

  describe('pages', () => {
    const folder = (index: number): string => ['', 'a/', 'a/b/', 'ab/', 'photos/2024/', 'ž/'][index % 6] ?? ''
    const keys = Array.from({ length: PAGED_KEYS }, (_, index) => `${folder(index)}${index % 7}-${index}`)
    let room: ListingRoom
    beforeAll(async () => {
      room = await ListingRoom.open(keys)
      return () => room[Symbol.asyncDispose]()
    }, 60_000)

    it.each([37, 64, 100, 333, 500, 999, 1000])('of %i go through them all', async (limit) => {
      await expectPages(room, keys, { limit })
    })

    it.each([1, 2, 3, 5, 100, 1000])('of %i go through keys and common prefixes', async (limit) => {
      await expectPages(room, keys, { limit, delimiter: '/', prefix: 'a' })
      await expectPages(room, keys, { limit: limit * 20, delimiter: '-' })
    })

    it('are of 1,000 where nothing is said, or more is asked for', async () => {
      for (const asked of [{}, { 'max-keys': '' }, { 'max-keys': 1001 }, { 'max-keys': 2_147_483_647 }]) {
        const answer = await room.page({ ...base, ...asked })
        expect(xmlTexts(answer.text, 'Key')).toHaveLength(1000)
        expect([textOf(answer, 'MaxKeys'), textOf(answer, 'IsTruncated')]).toEqual(['1000', 'true'])
      }
    })

    it('of nothing are whole', async () => {
      const answer = await room.page({ ...base, 'max-keys': 0 })
      expect(pageOf(answer, undefined)).toEqual({
        keys: [],
        prefixes: [],
        isTruncated: false,
        last: undefined,
      })
      expect([textOf(answer, 'MaxKeys'), nextOf(answer)]).toEqual(['0', undefined])
    })

    it.each(['-1', '-2147483648', '2147483648', 'ten', '1.5', '0x10', ' 1'])(
      'of %j cannot be asked for',
      async (count) => {
        const answer = await room.list({ ...base, 'max-keys': count })
        expect(expectError(answer, 400, 'InvalidArgument')('ArgumentValue')).toBe(count)
      },
    )
  })

  describe('order', () => {
    it('is that of UTF-8, not of UTF-16', async () => {
      // A surrogate pair sorts before U+E000 to U+FFFF as UTF-16, and behind as UTF-8.
      const keys = ['\u{10000}', '\ue000', '\uffff', 'z', 'ž', '\ud7ff', '\u{1f389}', 'A', 'a', '0', '~']
      await using room = await ListingRoom.open(keys)
      const listed = await room.keys({ ...base, 'encoding-type': 'url' })
      expect(listed.map(decoded)).toEqual(sortedAsKeys(keys))
      await expectPages(room, keys, { limit: 1 })
    })

    it('holds whatever was put when', async () => {
      await using room = await ListingRoom.open(awkwardKeys)
      await expectPages(room, awkwardKeys, { limit: 3 })
      await expectPages(room, awkwardKeys, { limit: 2, delimiter: '/' })
      const raw = await room.page(base)
      expect(xmlTexts(raw.text, 'Key')).toEqual(sortedAsKeys(awkwardKeys))
    })
  })

  describe('any prefix, delimiter, start and page size', () => {
    it('is what the model says', async () => {
      const room = { at: undefined as ListingRoom | undefined, keys: [] as string[], used: 0 }
      const seedKeys = fc.uniqueArray(
        text.filter((key) => key !== ''),
        { minLength: 1, maxLength: 40 },
      )
      const request = fc.record({
        prefix: text,
        delimiter: fc.oneof(text, fc.constantFrom('/', '//', 'a', '', '\u{1f389}')),
        after: text,
        limit: fc.integer({ min: 1, max: 12 }),
      })
      const property = fc.asyncProperty(
        seedKeys,
        fc.array(request, { minLength: 6, maxLength: 6 }),
        async (keys, requests) => {
          await room.at?.[Symbol.asyncDispose]()
          room.at = await ListingRoom.open(keys)
          for (const each of requests) await expectPages(room.at, keys, each)
        },
      )
      try {
        await fc.assert(property, { numRuns: tries(80) })
      } finally {
        await room.at?.[Symbol.asyncDispose]()
      }
    }, 60_000)
  })

  describe('parameters', () => {
    const keys = ['a', 'a/', 'a/b', 'a/c/d', 'b', 'sp ace', 'x\u0001y', 'x*y+(z)~!', 'é/ž']
    let room: ListingRoom
    beforeAll(async () => {
      room = await ListingRoom.open(keys)
      return () => room[Symbol.asyncDispose]()
    })

    it('a marker that is a common prefix was shown before', async () => {
      const answer = await room.page({ ...base, delimiter: '/', [after]: 'a/' })
      expect(pageOf(answer, undefined)).toMatchObject({
        keys: ['b', 'sp ace', 'x*y+(z)~!', 'x\u0001y'].toSorted(),
        prefixes: ['é/'],
      })
    })

    it('a common prefix is behind the marker, or left out whatever else is in it', async () => {
      const prefixesBehind = async (marker: string, prefix = ''): Promise<readonly string[]> =>
        pageOf(await room.page({ ...base, delimiter: '/', prefix, [after]: marker }), undefined).prefixes
      expect(await prefixesBehind('a')).toEqual(['a/', 'é/'])
      expect(await prefixesBehind('a/b')).toEqual(['é/'])
      expect(await prefixesBehind('a/b', 'a/')).toEqual(['a/c/'])
      expect(await prefixesBehind('a/c/a', 'a/')).toEqual([])
    })

    it('a marker need not be a key, nor within the prefix', async () => {
      expect(await room.keys({ ...base, [after]: 'aaa' })).toHaveLength(5)
      expect(await room.keys({ ...base, prefix: 'b', [after]: 'a' })).toEqual(['b'])
      expect(await room.keys({ ...base, prefix: 'a', [after]: 'b' })).toEqual([])
      expect(await room.keys({ ...base, [after]: 'zzz' })).toEqual(['é/ž'])
    })

    it('an empty prefix, delimiter and marker are none', async () => {
      const answer = await room.page({ ...base, prefix: '', delimiter: '', [after]: '' })
      expect(xmlTexts(answer.text, 'Key')).toHaveLength(keys.length)
      expect(answer.text).not.toContain('<Delimiter>')
      expect(answer.text).toMatch(/<Prefix><\/Prefix>|<Prefix\/>/)
    })

    it('of any length have an answer', async () => {
      const long = 'k'.repeat(4000)
      for (const parameters of [{ prefix: long }, { delimiter: long }, { [after]: long }]) {
        const answer = await room.page({ ...base, ...parameters })
        expect(textOf(answer, 'IsTruncated')).toBe('false')
      }
      expect(await room.keys({ ...base, [after]: long })).toEqual(await room.keys({ ...base, [after]: 'k' }))
      expect(await room.keys({ ...base, [after]: 'ž'.repeat(700) })).toEqual(
        ['é/ž'].filter((key) => key > 'ž'),
      )
    })

    it('come back as they were sent', async () => {
      const answer = await room.page({
        ...base,
        prefix: 'a/',
        delimiter: '/<&',
        [after]: 'a/b"',
        'max-keys': 5,
      })
      expect(textOf(answer, 'Name')).toBe(room.bucket)
      expect(textOf(answer, 'Prefix')).toBe('a/')
      expect(textOf(answer, 'Delimiter')).toBe('/<&')
      expect(textOf(answer, after === 'marker' ? 'Marker' : 'StartAfter')).toBe('a/b"')
      expect(textOf(answer, 'MaxKeys')).toBe('5')
      expect(answer.text).not.toContain('EncodingType')
    })

    it('encoding-type=url encodes keys, prefixes and what was sent', async () => {
      const answer = await room.page({
        ...base,
        'encoding-type': 'url',
        delimiter: 'ž',
        prefix: '',
        [after]: 'a/é ',
      })
      expect(textOf(answer, 'EncodingType')).toBe('url')
      expect(textOf(answer, 'Delimiter')).toBe('%C5%BE')
      expect(textOf(answer, after === 'marker' ? 'Marker' : 'StartAfter')).toBe('a/%C3%A9+')
      expect(xmlTexts(answer.text, 'Key')).toEqual(['b', 'sp+ace', 'x%01y', 'x*y%2B%28z%29%7E%21'])
      expect(pageOf(answer, undefined).prefixes).toEqual(['%C3%A9/%C5%BE'])
    })

    it.each(['', 'URL', 'base64'])('encoding-type=%s is refused', async (encoding) => {
      const answer = await room.list({ ...base, 'encoding-type': encoding })
      const element = expectError(answer, 400, 'InvalidArgument')
      expect([element('ArgumentName'), element('ArgumentValue')]).toEqual(['encoding-type', encoding])
    })

    it('control characters come as references where they are not encoded', async () => {
      expect((await room.page({ ...base, prefix: 'x\u0001' })).text).toContain('<Key>x&#x1;y</Key>')
    })
  })

  describe('an entry', () => {
    it('describes the object', async () => {
      await using room = await ListingRoom.open()
      const headers = { 'x-amz-storage-class': 'STANDARD_IA' }
      const path = `/${room.bucket}/object`
      expectSuccess(await rawRequest(room.server, { method: 'PUT', path, body: 'hello', headers }))
      const answer = await room.page(base)
      expect(answer.text).toContain('<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">')
      const { headers: head } = await rawRequest(room.server, { method: 'HEAD', path })
      expect(textOf(answer, 'Key')).toBe('object')
      expect(Date.parse(textOf(answer, 'LastModified') ?? '')).toBe(Date.parse(head['last-modified'] ?? ''))
      expect(textOf(answer, 'LastModified')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/)
      expect(textOf(answer, 'ETag')).toBe(head.etag)
      expect(textOf(answer, 'Size')).toBe('5')
      expect(textOf(answer, 'StorageClass')).toBe('STANDARD_IA')
      expect(textOf(answer, 'ChecksumAlgorithm')).toBe('CRC64NVME')
      expect(textOf(answer, 'ChecksumType')).toBe('FULL_OBJECT')
    })

    it('is there when its PUT is answered and gone when its DELETE is', async () => {
      await using room = await ListingRoom.open()
      for (let round = 0; round < 20; round++) {
        await room.put([`key-${round}`])
        expect(await room.keys(base)).toEqual([`key-${round}`])
        await rawRequest(room.server, { method: 'DELETE', path: `/${room.bucket}/key-${round}` })
        expect(await room.keys(base)).toEqual([])
      }
    })
  })

  describe('access', () => {
    let room: ListingRoom
    beforeAll(async () => {
      room = await ListingRoom.open(['key'])
      return () => room[Symbol.asyncDispose]()
    })

    it('is the owner’s', async () => {
      expectError(await room.list(base, { credentials: otherCredentials }), 403, 'AccessDenied')
      expectError(await room.list(base, { anonymous: true }), 403, 'AccessDenied')
    })

    it('holds to the expected owner', async () => {
      const headers = { 'x-amz-expected-bucket-owner': otherAccount.id }
      expectError(await room.list(base, { headers }), 403, 'AccessDenied')
    })

    it('knows no other bucket', async () => {
      const answer = await room.list(base, { path: '/no-such-bucket' })
      expect(expectError(answer, 404, 'NoSuchBucket')('BucketName')).toBe('no-such-bucket')
      for (const path of ['/ab', `/${'b'.repeat(5000)}`]) {
        expectError(await room.list(base, { path }), 400, 'InvalidBucketName')
      }
    })
  })
}
