/**
 * Conditional requests across operations: the precedence of RFC 9110, section 13.2.2, with S3's exceptions, and what
 * holds when many ask at once. Details of single operations are in their own files.
 */
import { hash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { type RawAnswer, xmlTexts } from '../../support/raw-request.ts'
import { completionDocument, elementOf, UploadRoom } from '../multipart/upload-room.ts'
import type { ObjectRoom } from './object-room.ts'

let uploads: UploadRoom
let room: ObjectRoom
let etag: string
let modified: number
beforeAll(async () => {
  uploads = await UploadRoom.open()
  room = uploads.objects
  etag = (await room.put('kept', 'bytes')).headers.etag ?? ''
  modified = Date.parse((await room.head('kept')).headers['last-modified'] ?? '')
  // So that dates after it are not still to come.
  room.server.clock.advance(11_000)
  return () => uploads[Symbol.asyncDispose]()
})

const OTHER = '"0123456789abcdef0123456789abcdef"'

/** Names of headers without the prefix that makes them conditions on a copy's source. */
type Conditions = Readonly<Record<string, string>>

const outcomeOf = ({ status, errorCode }: RawAnswer): string => `${status}${errorCode ? ` ${errorCode}` : ''}`

it('a weak tag is that of no object, but for If-None-Match', async () => {
  const weak = `W/${etag}`
  expect(outcomeOf(await room.get('kept', { 'if-match': weak }))).toBe('412 PreconditionFailed')
  expect(outcomeOf(await room.get('kept', { 'if-match': `${weak}, ${etag}` }))).toBe('200')
  expect(outcomeOf(await room.get('kept', { 'if-none-match': `${OTHER}, ${weak}` }))).toBe('304')
  const written = await room.request('PUT', 'kept', { body: 'x', headers: { 'if-match': weak } })
  expect(outcomeOf(written)).toBe('412 PreconditionFailed')
})

describe('If-Modified-Since with a date that is still to come', () => {
  // Source: RFC 2616, section 14.25, which S3 keeps to.
  const toCome = () => new Date(room.server.clock.now().getTime() + 10_000).toUTCString()

  it('is passed over by GetObject and HeadObject', async () => {
    const headers = { 'if-modified-since': toCome() }
    expect([(await room.get('kept', headers)).status, (await room.head('kept', headers)).status]).toEqual([
      200, 200,
    ])
  })

  it('is passed over by CopyObject', async () => {
    const headers = {
      'x-amz-copy-source': `/${room.bucket}/kept`,
      'x-amz-copy-source-if-modified-since': toCome(),
    }
    expect(outcomeOf(await room.request('PUT', 'copied', { headers }))).toBe('200')
  })
})

describe('on what is read', () => {
  interface Case {
    readonly match: 'none' | 'own' | 'other' | '*'
    readonly noneMatch: 'none' | 'own' | 'other' | '*'
    readonly unmodifiedSince: 'none' | 'before' | 'after'
    readonly modifiedSince: 'none' | 'before' | 'after'
  }
  const tags = ['none', 'own', 'other', '*'] as const
  const dates = ['none', 'before', 'after'] as const
  const cases: Case[] = tags.flatMap((match) =>
    tags.flatMap((noneMatch) =>
      dates.flatMap((unmodifiedSince) =>
        dates.map((modifiedSince) => ({ match, noneMatch, unmodifiedSince, modifiedSince })),
      ),
    ),
  )

  function headersOf({ match, noneMatch, unmodifiedSince, modifiedSince }: Case, prefix = ''): Conditions {
    const tagOf = { own: etag, other: OTHER, '*': '*' }
    const dateOf = {
      before: new Date(modified - 10_000).toUTCString(),
      after: new Date(modified + 10_000).toUTCString(),
    }
    return {
      ...(match !== 'none' && { [`${prefix}if-match`]: tagOf[match] }),
      ...(noneMatch !== 'none' && { [`${prefix}if-none-match`]: tagOf[noneMatch] }),
      ...(unmodifiedSince !== 'none' && { [`${prefix}if-unmodified-since`]: dateOf[unmodifiedSince] }),
      ...(modifiedSince !== 'none' && { [`${prefix}if-modified-since`]: dateOf[modifiedSince] }),
    }
  }

  /** The steps of RFC 9110 as they are numbered there; the object was modified between `before` and `after`. */
  function byTheBook({ match, noneMatch, unmodifiedSince, modifiedSince }: Case): 200 | 304 | 412 {
    if (match === 'other') return 412
    if (match === 'none' && unmodifiedSince === 'before') return 412
    if (noneMatch === 'own' || noneMatch === '*') return 304
    if (noneMatch === 'none' && modifiedSince === 'after') return 304
    return 200
  }

  /** All cases with their outcomes, so that a difference shows every case that differs. */
  async function outcomes(ask: (one: Case) => Promise<string>): Promise<Record<string, string>> {
    const pairs: [string, string][] = []
    for (const one of cases) pairs.push([JSON.stringify(one), await ask(one)])
    return Object.fromEntries(pairs)
  }
  const expected = (outcome: Readonly<Record<200 | 304 | 412, string>>): Record<string, string> =>
    Object.fromEntries(cases.map((one) => [JSON.stringify(one), outcome[byTheBook(one)]]))

  it('GetObject follows RFC 9110', async () => {
    const found = await outcomes(async (one) => outcomeOf(await room.get('kept', headersOf(one))))
    expect(found).toEqual(expected({ 200: '200', 304: '304', 412: '412 PreconditionFailed' }))
  })

  it('HeadObject does too', async () => {
    const found = await outcomes(async (one) => outcomeOf(await room.head('kept', headersOf(one))))
    expect(found).toEqual(expected({ 200: '200', 304: '304', 412: '412' }))
  })

  // Source: S3 API Reference, CopyObject and UploadPartCopy: a condition that fails is 412, whichever it is.
  const copied = { 200: '200', 304: '412 PreconditionFailed', 412: '412 PreconditionFailed' }
  const source = (one: Case): Conditions => ({
    'x-amz-copy-source': `/${room.bucket}/kept`,
    ...headersOf(one, 'x-amz-copy-source-'),
  })

  it('CopyObject follows it with another status', async () => {
    const copy = (headers: Conditions) => room.request('PUT', 'copied', { headers })
    expect(await outcomes(async (one) => outcomeOf(await copy(source(one))))).toEqual(expected(copied))
  })

  it('UploadPartCopy follows it with another status', async () => {
    const upload = await uploads.create('parts')
    const copy = (headers: Conditions) => uploads.sendPart(upload, 1, { headers })
    expect(await outcomes(async (one) => outcomeOf(await copy(source(one))))).toEqual(expected(copied))
  })
})

type Write = (headers: Conditions) => Promise<RawAnswer>

/** Each gets ready to write `text` to a key, and then does so under conditions. */
const writers: Readonly<Record<string, (key: string, text: string) => Promise<Write>>> = {
  PutObject: async (key, body) => (headers) => room.request('PUT', key, { body, headers }),
  async CopyObject(key, text) {
    await room.put(`from/${text}`, text)
    const source = { 'x-amz-copy-source': `/${room.bucket}/from/${text}` }
    return (headers) => room.request('PUT', key, { headers: { ...source, ...headers } })
  },
  async CompleteMultipartUpload(key, text) {
    const upload = await uploads.create(key)
    const body = completionDocument([await uploads.part(upload, 1, text)])
    return (headers) => uploads.completeWith(upload, body, { headers })
  },
}
const writerOf = (operation: string) => writers[operation] ?? expect.unreachable(operation)

/** Each deletes a key, where its entity tag is `ifMatch`. */
const removers: Readonly<Record<string, (key: string, ifMatch: string | undefined) => Promise<string>>> = {
  async DeleteObject(key, ifMatch) {
    const headers = ifMatch === undefined ? {} : { 'if-match': ifMatch }
    return outcomeOf(await room.request('DELETE', key, { headers }))
  },
  async DeleteObjects(key, ifMatch) {
    const condition = ifMatch === undefined ? '' : `<ETag>${ifMatch}</ETag>`
    const body = `<Delete><Object><Key>${key}</Key>${condition}</Object></Delete>`
    const headers = { 'content-md5': hash('md5', body, 'base64') }
    const answer = await room.request('POST', '', { query: 'delete=', body, headers })
    const status = { PreconditionFailed: 412, NoSuchKey: 404 }[elementOf(answer, 'Code') ?? '']
    return status === undefined
      ? outcomeOf({ ...answer, status: 204 })
      : `${status} ${elementOf(answer, 'Code')}`
  },
}
const removerOf = (operation: string) => removers[operation] ?? expect.unreachable(operation)

// Source: S3 User Guide, "How to prevent object overwrites with conditional writes" and "How to perform conditional
// deletes".
const failed = '412 PreconditionFailed'

describe.each(Object.keys(writers))('%s on what it writes over', (operation) => {
  const rows: readonly (readonly [Conditions, there: string, missing: string])[] = [
    [{}, '200', '200'],
    [{ 'if-match': 'OWN' }, '200', '404 NoSuchKey'],
    [{ 'if-match': '*' }, '200', '404 NoSuchKey'],
    [{ 'if-match': OTHER }, failed, '404 NoSuchKey'],
    [{ 'if-none-match': '*' }, failed, '200'],
    [{ 'if-none-match': 'OWN' }, '501 NotImplemented', '501 NotImplemented'],
    [{ 'if-none-match': OTHER }, '501 NotImplemented', '501 NotImplemented'],
    [{ 'if-unmodified-since': 'Thu, 01 Jan 2099 00:00:00 GMT' }, '501 NotImplemented', '501 NotImplemented'],
  ]
  /** A date that a read would fail at. HTTP has this condition for reads alone. */
  const ignored = { 'if-modified-since': 'Thu, 01 Jan 2015 00:00:00 GMT' }

  it.each(rows)('%j: %s where an object is, %s where none is', async (conditions, there, missing) => {
    const own = (await room.put('there', 'before')).headers.etag ?? ''
    const pairs = Object.entries(conditions).map(([name, tag]) => [name, tag.replace('OWN', own)] as const)
    const headers: Conditions = { ...Object.fromEntries(pairs), ...ignored }
    const over = await writerOf(operation)('there', 'after')
    expect(outcomeOf(await over(headers))).toBe(there)
    expect(String(await room.bytesOf('there'))).toBe(there === '200' ? 'after' : 'before')

    await room.request('DELETE', 'missing')
    const anew = await writerOf(operation)('missing', 'after')
    expect(outcomeOf(await anew(headers))).toBe(missing)
    expect(String(await room.bytesOf('missing'))).toBe(missing === '200' ? 'after' : 'undefined')
  })
})

describe.each(Object.keys(removers))('%s on what it deletes', (operation) => {
  it.each([
    [undefined, '204', '204'],
    ['OWN', '204', '404 NoSuchKey'],
    ['*', '204', '404 NoSuchKey'],
    [OTHER, failed, '404 NoSuchKey'],
  ])('If-Match %s: %s where an object is, %s where none is', async (tag, there, missing) => {
    const { headers } = await room.put('there', 'before')
    const ifMatch = tag?.replace('OWN', headers.etag ?? '')
    expect(await removerOf(operation)('there', ifMatch)).toBe(there)
    expect(String(await room.bytesOf('there'))).toBe(there === '204' ? 'undefined' : 'before')
    expect(await removerOf(operation)('absent', ifMatch)).toBe(missing)
  })
})

it.each(['if-none-match', 'if-unmodified-since'])('DeleteObject has no %s', async (name) => {
  await room.put('there', 'before')
  const headers = { [name]: name === 'if-none-match' ? OTHER : 'Thu, 01 Jan 2099 00:00:00 GMT' }
  expect(outcomeOf(await room.request('DELETE', 'there', { headers }))).toBe('501 NotImplemented')
  expect(String(await room.bytesOf('there'))).toBe('before')
})

describe('of a hundred at once exactly one wins', () => {
  const ways: readonly (readonly [string, readonly string[]])[] = [
    ...Object.keys(writers).map((operation) => [operation, [operation]] as const),
    ['all three by turns', Object.keys(writers)],
  ]

  it.each(ways)('If-None-Match: * by %s', async (name, operations) => {
    const key = `absent ${name}`
    const answers = await allAtOnce(key, operations, { 'if-none-match': '*' })
    await expectOneWinner(key, answers)
  })

  it.each(ways)('If-Match of one object by %s', async (name, operations) => {
    const key = `present ${name}`
    const { headers } = await room.put(key, 'before')
    const answers = await allAtOnce(key, operations, { 'if-match': headers.etag ?? '' })
    await expectOneWinner(key, answers)
  })

  async function allAtOnce(
    key: string,
    operations: readonly string[],
    headers: Conditions,
  ): Promise<RawAnswer[]> {
    const ready = Array.from({ length: 100 }, (_, index) =>
      writerOf(operations[index % operations.length] ?? '')(key, `by ${index}`),
    )
    const writes = await Promise.all(ready)
    return Promise.all(writes.map((write) => write(headers)))
  }

  async function expectOneWinner(key: string, answers: readonly RawAnswer[]): Promise<void> {
    const winners = answers.filter((answer) => outcomeOf(answer) === '200')
    expect(winners).toHaveLength(1)
    const losers = answers.filter((answer) => outcomeOf(answer) === failed)
    expect(losers).toHaveLength(answers.length - 1)
    const [winner] = winners
    const wonWith = winner?.headers.etag ?? xmlTexts(winner?.text ?? '', 'ETag')[0]
    expect((await room.get(key)).headers.etag).toBe(wonWith)
  }
})
