import { hash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { INLINE_LIMIT_BYTES } from '../../../packages/server/src/s3/shared/content/store-content.ts'
import { contentOf } from '../../support/content.ts'
import { type RawAnswer, rawRequest } from '../../support/raw-request.ts'
import { referenceChecksum } from '../../support/reference-checksums.ts'
import { objectPath, uriEncode } from '../../support/signature-v4.ts'
import { describeAccess } from './object-access.suite.ts'
import { expectBareError, expectError, expectSuccess, type ObjectRoom } from './object-room.ts'

/** What GetObject and HeadObject have in common: everything but the bytes. */
export function describeReading(room: () => ObjectRoom, method: 'GET' | 'HEAD'): void {
  const read = (key: string, headers: Record<string, string> = {}, query = ''): Promise<RawAnswer> =>
    room().request(method, key, { headers, query })
  const expectRefusal = (
    answer: RawAnswer,
    status: number,
    code: string,
  ): ((element: string) => string) | undefined => {
    if (method === 'GET') return expectError(answer, status, code)
    expectBareError(answer, status)
    return undefined
  }
  /** The answer is of these bytes, which only a GET sends. */
  const expectBytes = (answer: RawAnswer, status: number, bytes: Buffer): void => {
    expectSuccess({ ...answer, errorCode: undefined }, status)
    expect(answer.headers['content-length']).toBe(String(bytes.length))
    expect(answer.body.equals(method === 'GET' ? bytes : Buffer.alloc(0))).toBe(true)
  }

  describe('conditions', () => {
    const key = 'conditional'
    let etag: string
    let modified: number
    const at = (seconds: number): string => new Date(modified + seconds * 1000).toUTCString()
    beforeAll(async () => {
      await room().put(key, 'bytes', { 'cache-control': 'max-age=7', expires: 'never' })
      const { headers } = await room().head(key)
      etag = headers.etag ?? ''
      modified = Date.parse(headers['last-modified'] ?? '')
      // So that dates after it are not still to come.
      room().server.clock.advance(11_000)
    })

    type Condition = 'match' | 'none-match' | 'modified' | 'unmodified'
    type Wanted = Partial<Record<Condition, string | number>>
    const headersOf = ({
      match,
      'none-match': noneMatch,
      modified,
      unmodified,
    }: Wanted): Record<string, string> => ({
      ...(typeof match === 'string' && { 'if-match': match.replaceAll('ETAG', etag) }),
      ...(typeof noneMatch === 'string' && { 'if-none-match': noneMatch.replaceAll('ETAG', etag) }),
      ...(modified !== undefined && {
        'if-modified-since': typeof modified === 'string' ? modified : at(modified),
      }),
      ...(unmodified !== undefined && {
        'if-unmodified-since': typeof unmodified === 'string' ? unmodified : at(unmodified),
      }),
    })

    it.each<Wanted>([
      { match: 'ETAG' },
      { match: '*' },
      { match: '"other", ETAG' },
      { match: 'ETAG', unmodified: -10 },
      { 'none-match': '"other"' },
      { 'none-match': '"other"', modified: 10 },
      { modified: -1 },
      { unmodified: 0 },
      { unmodified: 10 },
      { unmodified: 10, modified: -10 },
      { match: 'ETAG', 'none-match': '"other"', modified: 10, unmodified: -10 },
      { modified: 'not a date' },
      { unmodified: 'not a date' },
    ])('%j holds', async (wanted) => {
      expectBytes(await read(key, headersOf(wanted)), 200, Buffer.from('bytes'))
    })

    it.each<Wanted & { condition: string }>([
      { match: '"other"', condition: 'If-Match' },
      { match: '"other"', unmodified: 10, condition: 'If-Match' },
      { match: '"other"', 'none-match': 'ETAG', condition: 'If-Match' },
      { match: '"other"', 'none-match': '"other"', condition: 'If-Match' },
      { unmodified: -1, condition: 'If-Unmodified-Since' },
      { unmodified: -10, modified: -10, condition: 'If-Unmodified-Since' },
      { unmodified: -10, 'none-match': 'ETAG', condition: 'If-Unmodified-Since' },
    ])('%j fails', async ({ condition, ...wanted }) => {
      const element = expectRefusal(await read(key, headersOf(wanted)), 412, 'PreconditionFailed')
      expect(element?.('Condition') ?? condition).toBe(condition)
    })

    it.each<Wanted>([
      { 'none-match': 'ETAG' },
      { 'none-match': '*' },
      { 'none-match': '"other",ETAG' },
      { 'none-match': 'W/ETAG' },
      { 'none-match': 'ETAG', modified: -10 },
      { match: 'ETAG', 'none-match': 'ETAG' },
      { modified: 0 },
      { modified: 10 },
      { modified: 0, unmodified: 0 },
    ])('%j tells that nothing changed', async (wanted) => {
      const answer = await read(key, headersOf(wanted))
      expectBareError(answer, 304)
      const headers = { etag, 'last-modified': at(0), 'cache-control': 'max-age=7', expires: 'never' }
      expect(answer.headers).toMatchObject(headers)
      expect(answer.headers['content-type']).toBeUndefined()
    })

    it('takes every form of a date', async () => {
      const [, day = '', month = '', year = '', time = ''] = /, (..) (...) (....) (\S+)/.exec(at(0)) ?? []
      const weekday = new Date(modified).toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' })
      const forms = [
        `${weekday}, ${day}-${month}-${year.slice(2)} ${time} GMT`,
        `${weekday.slice(0, 3)} ${month} ${day.replace(/^0/, ' ')} ${time} ${year}`,
      ]
      for (const form of forms) expectBareError(await read(key, { 'if-modified-since': form }), 304)
    })

    it('come before the range', async () => {
      expectBareError(await read(key, { 'if-none-match': etag, range: 'bytes=0-0' }), 304)
      expectRefusal(await read(key, { 'if-match': '"other"', range: 'bytes=99-' }), 412, 'PreconditionFailed')
    })

    it('do not make a missing object anything else', async () => {
      expectRefusal(await read('missing', { 'if-match': '"other"' }), 404, 'NoSuchKey')
      expectRefusal(await read('missing', { 'if-none-match': '*' }), 404, 'NoSuchKey')
    })
  })

  describe.each([10, INLINE_LIMIT_BYTES + 10])('a range of %i bytes', (sizeBytes) => {
    const key = `ranged-${sizeBytes}`
    const bytes = contentOf('range', sizeBytes)
    const last = sizeBytes - 1
    beforeAll(() => room().put(key, bytes))

    it.each([
      ['bytes=0-0', 0, 0],
      ['bytes=0-3', 0, 3],
      ['bytes=3-7', 3, 7],
      ['bytes=4-', 4, last],
      ['bytes=-4', last - 3, last],
      [`bytes=-${sizeBytes * 2}`, 0, last],
      [`bytes=0-${last}`, 0, last],
      [`bytes=5-${sizeBytes * 2}`, 5, last],
      [`bytes=${last}-${last}`, last, last],
      ['BYTES=1-2', 1, 2],
      ['bytes=2-99999999999999999999', 2, last],
    ])('%s', async (range, first, end) => {
      const answer = await read(key, { range })
      expectBytes(answer, 206, bytes.subarray(first, end + 1))
      expect(answer.headers['content-range']).toBe(`bytes ${first}-${end}/${sizeBytes}`)
      expect(answer.headers['accept-ranges']).toBe('bytes')
    })

    it.each([
      `bytes=${sizeBytes}-`,
      `bytes=${sizeBytes}-${sizeBytes + 5}`,
      'bytes=-0',
      'bytes=99999999999999999999-',
    ])('%s is not satisfiable', async (range) => {
      const answer = await read(key, { range })
      expect(answer.headers['content-range']).toBe(`bytes */${sizeBytes}`)
      const element = expectRefusal(answer, 416, 'InvalidRange')
      if (!element) return
      expect([element('RangeRequested'), element('ActualObjectSize')]).toEqual([range, String(sizeBytes)])
    })

    it.each([
      'bytes=0-1,3-4',
      'bytes=5-2',
      'bytes=',
      'bytes=-',
      'bytes=a-b',
      'lines=0-1',
      'bytes 0-1',
      '0-1',
      '',
    ])('%j is the whole object', async (range) => {
      const answer = await read(key, { range })
      expectBytes(answer, 200, bytes)
      expect(answer.headers['content-range']).toBeUndefined()
      expect(answer.headers['accept-ranges']).toBe('bytes')
    })
  })

  it('takes a range of nothing but the object that If-Range names', async () => {
    const bytes = contentOf('if-range', 100)
    await room().put('if-range', bytes)
    const { headers } = await room().head('if-range')
    const { etag = '', 'last-modified': modified = '' } = headers
    const range = 'bytes=0-9'
    for (const same of [etag, modified]) {
      expectBytes(await read('if-range', { range, 'if-range': same }), 206, bytes.subarray(0, 10))
    }
    for (const other of ['"other"', `W/${etag}`, '*', new Date(Date.parse(modified) + 1000).toUTCString()]) {
      expectBytes(await read('if-range', { range, 'if-range': other }), 200, bytes)
    }
  })

  it('has no satisfiable range of nothing but its end', async () => {
    await room().put('empty', '')
    expectBytes(await read('empty'), 200, Buffer.alloc(0))
    expectRefusal(await read('empty', { range: 'bytes=0-' }), 416, 'InvalidRange')
    expectBytes(await read('empty', { range: 'bytes=-1' }), 200, Buffer.alloc(0))
    const part = await read('empty', {}, 'partNumber=1')
    expectBytes(part, 200, Buffer.alloc(0))
    expect(part.headers['content-range']).toBeUndefined()
  })

  describe('partNumber', () => {
    const bytes = contentOf('parts', 100_000)
    const parts = [bytes.subarray(0, 40_000), bytes.subarray(40_000, 40_010), bytes.subarray(40_010)]
    beforeAll(async () => {
      await room().put('one-part', bytes)
      await room().putParts('parts', parts)
    })

    it('1 of an object uploaded whole is the object', async () => {
      const answer = await read('one-part', {}, 'partNumber=1')
      expectBytes(answer, 206, bytes)
      expect(answer.headers['content-range']).toBe('bytes 0-99999/100000')
      expect(answer.headers['x-amz-mp-parts-count']).toBeUndefined()
    })

    it.each([
      [1, 0],
      [2, 40_000],
      [3, 40_010],
    ])('%i of an object uploaded in parts is the part', async (partNumber, start) => {
      const part = parts[partNumber - 1] ?? Buffer.alloc(0)
      const answer = await read('parts', {}, `partNumber=${partNumber}`)
      expectBytes(answer, 206, part)
      expect(answer.headers['content-range']).toBe(`bytes ${start}-${start + part.length - 1}/100000`)
      expect(answer.headers['x-amz-mp-parts-count']).toBe('3')
    })

    it('without it the parts are one object', async () => {
      expectBytes(await read('parts'), 200, bytes)
      expectBytes(await read('parts', { range: 'bytes=39999-40010' }), 206, bytes.subarray(39_999, 40_011))
    })

    it('names a part that is there', async () => {
      const element = expectRefusal(await read('one-part', {}, 'partNumber=2'), 416, 'InvalidPartNumber')
      expect(element?.('PartNumberRequested') ?? '2').toBe('2')
      expect(element?.('ActualPartCount') ?? '1').toBe('1')
      expectRefusal(await read('parts', {}, 'partNumber=4'), 416, 'InvalidPartNumber')
    })

    it.each(['0', '-1', '10001', 'one', '1.5'])('%s is none', async (partNumber) => {
      expectRefusal(await read('parts', {}, `partNumber=${partNumber}`), 400, 'InvalidArgument')
    })

    it('goes with no range', async () => {
      const answer = await read('parts', { range: 'bytes=0-1' }, 'partNumber=1')
      expectRefusal(answer, 400, 'InvalidRequest')
    })
  })

  describe('response headers of the request', () => {
    const key = 'overridden'
    const stored = { 'content-type': 'text/plain', 'cache-control': 'no-store', expires: 'then' }
    const overrides = {
      'content-type': 'image/png; a="b"',
      'content-language': 'de',
      expires: 'Thu, 01 Dec 1994 16:00:00 GMT',
      'cache-control': 'no-cache',
      'content-disposition': 'attachment; filename="žluť.png"',
      'content-encoding': 'x-gzip',
    }
    const latin1 = { ...overrides, 'content-disposition': 'attachment; filename="a b.png"' }
    const queryOf = (headers: Readonly<Record<string, string>>): string =>
      Object.entries(headers)
        .map(([name, value]) => `response-${name}=${uriEncode(value)}`)
        .join('&')
    beforeAll(() => room().put(key, 'bytes', stored))

    it('replace those of the object', async () => {
      expect((await read(key, {}, queryOf(latin1))).headers).toMatchObject(latin1)
      expect((await read(key)).headers).toMatchObject(stored)
    })

    it('leave those of the object where they are empty', async () => {
      const empty = queryOf({ 'content-type': '', 'cache-control': '', expires: '' })
      expect((await read(key, {}, empty)).headers).toMatchObject(stored)
    })

    it('go with a presigned URL', async () => {
      const path = objectPath(room().bucket, key)
      const request = { method, path, query: queryOf(latin1), presigned: { expiresSeconds: 60 } }
      expect((await rawRequest(room().server, request)).headers).toMatchObject(latin1)
    })

    it('have to be headers', async () => {
      expectRefusal(await read(key, {}, queryOf(overrides)), 400, 'InvalidArgument')
      expectRefusal(await read(key, {}, 'response-expires=a%0D%0Ab:%20c'), 400, 'InvalidArgument')
    })

    it('are six, and others are refused by their name', async () => {
      const answer = await read(key, {}, 'response-expires=now&response-content-typ=text%2Fplain')
      expectRefusal(answer, 400, 'InvalidArgument')
      const named = method === 'HEAD' ? '' : '<ArgumentName>response-content-typ</ArgumentName>'
      expect(answer.text).toContain(named)
      const query = 'response-content-typ=text%2Fplain'
      const path = objectPath(room().bucket, key)
      expect((await rawRequest(room().server, { method, path, query, anonymous: true })).status).toBe(403)
    })

    it('are nothing for the anonymous', async () => {
      const path = objectPath(room().bucket, key)
      const query = queryOf(latin1)
      const answer = await rawRequest(room().server, { method, path, query, anonymous: true })
      expectRefusal(answer, 403, 'AccessDenied')
    })
  })

  describe('checksum mode', () => {
    const bytes = contentOf('mode', INLINE_LIMIT_BYTES + 1)
    const sha1 = referenceChecksum('SHA1', bytes)
    beforeAll(() => room().put('summed', bytes, { 'x-amz-checksum-sha1': sha1 }))
    const checksumsOf = (answer: RawAnswer): Record<string, unknown> =>
      Object.fromEntries(
        Object.entries(answer.headers).filter(([name]) => name.startsWith('x-amz-checksum-')),
      )
    const all = { 'x-amz-checksum-sha1': sha1, 'x-amz-checksum-type': 'FULL_OBJECT' }

    it('ENABLED returns the checksum of all bytes', async () => {
      const enabled = { 'x-amz-checksum-mode': 'ENABLED' }
      expect(checksumsOf(await read('summed', enabled))).toEqual(all)
      const whole = await read('summed', { ...enabled, range: 'bytes=0-' })
      expect(checksumsOf(whole)).toEqual(all)
      const part = await read('summed', enabled, 'partNumber=1')
      expect(checksumsOf(part)).toEqual(all)
    })

    it('returns none for some of the bytes, none when not asked', async () => {
      const some = await read('summed', { 'x-amz-checksum-mode': 'ENABLED', range: 'bytes=0-9' })
      expect([some.status, checksumsOf(some)]).toEqual([206, {}])
      expect(checksumsOf(await read('summed'))).toEqual({})
    })
  })

  describe('versionId', () => {
    beforeAll(() => room().put('unversioned', 'bytes'))

    it('null is the version of an object without versions, and is not told', async () => {
      const answer = await read('unversioned', {}, 'versionId=null')
      expectBytes(answer, 200, Buffer.from('bytes'))
      expect(answer.headers['x-amz-version-id']).toBeUndefined()
    })

    it.each(['x', '1', ''])('%j is none', async (versionId) => {
      expectRefusal(await read('unversioned', {}, `versionId=${versionId}`), 400, 'InvalidArgument')
    })

    it('may be of no version', async () => {
      const answer = await read('unversioned', {}, `versionId=${'0'.repeat(32)}`)
      const element = expectRefusal(answer, 404, 'NoSuchVersion')
      expect(element?.('VersionId') ?? '0'.repeat(32)).toBe('0'.repeat(32))
      expectRefusal(await read('missing', {}, 'versionId=null'), 404, 'NoSuchVersion')
    })
  })

  it('finds nothing under another key', async () => {
    await room().put('some/key', 'bytes')
    for (const key of ['some/', 'some', 'some/key/', 'Some/key', '/some/key', 'some//key']) {
      const element = expectRefusal(await read(key), 404, 'NoSuchKey')
      expect(element?.('Key') ?? key).toBe(key)
    }
  })

  it('takes no key of the client’s for what it does not seal, and no half of one', async () => {
    await room().put('plain', 'bytes')
    const prefix = 'x-amz-server-side-encryption-customer'
    const key = Buffer.alloc(32, 7)
    const whole = {
      [`${prefix}-algorithm`]: 'AES256',
      [`${prefix}-key`]: key.toString('base64'),
      [`${prefix}-key-MD5`]: hash('md5', key, 'base64'),
    }
    expectRefusal(await read('plain', whole), 400, 'InvalidRequest')
    expectRefusal(await read('plain', { [`${prefix}-algorithm`]: 'AES256' }), 400, 'InvalidArgument')
    expectRefusal(await read('plain', { [`${prefix}-key`]: key.toString('base64') }), 400, 'InvalidArgument')
  })

  describeAccess(
    room,
    async (bucket) => {
      await room().put('accessible', 'bytes')
      return { method, path: objectPath(bucket, 'accessible') }
    },
    { bodiless: method === 'HEAD' },
  )
}
