import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { type RawAnswer } from '../../support/raw-request.ts'
import { referenceChecksum } from '../../support/reference-checksums.ts'
import { expectRefusal, expectStatus, TimeRoom } from '../../support/time-room.ts'
import { allowOther, defaultRetention, lockConfiguration, lockHeadersOf } from './lock-room.ts'

let room: TimeRoom
beforeAll(async () => {
  room = await TimeRoom.open({ lock: true })
  await room.put('source')
})
afterAll(() => room[Symbol.asyncDispose]())

type Headers = Record<string, string>
interface Way {
  readonly name: string
  /** The request that carries the headers. */
  readonly send: (room: TimeRoom, key: string, headers: Headers) => Promise<RawAnswer>
}

const md5 = { 'content-md5': referenceChecksum('MD5', 'x') }
const ways: readonly Way[] = [
  {
    name: 'PutObject',
    send: (at, key, headers) => at.request('PUT', key, { body: 'x', headers: { ...md5, ...headers } }),
  },
  {
    name: 'CopyObject',
    send: (at, key, headers) =>
      at.request('PUT', key, { headers: { 'x-amz-copy-source': `${at.bucket}/source`, ...headers } }),
  },
  {
    name: 'CreateMultipartUpload',
    async send(at, key, headers) {
      const created = await at.request('POST', key, { query: 'uploads=', headers })
      if (created.errorCode !== undefined) return created
      const uploadId = /<UploadId>(.*?)</.exec(created.text)?.[1] ?? ''
      return at.completeUpload(key, uploadId, [await at.putPart(key, uploadId, 1, 'x')])
    },
  },
]

describe.each(ways)('$name', ({ send }) => {
  it('locks the version it makes', async () => {
    const until = room.inDays(2)
    const answer = await send(room, 'locked', {
      'x-amz-object-lock-mode': 'COMPLIANCE',
      'x-amz-object-lock-retain-until-date': until,
      'x-amz-object-lock-legal-hold': 'ON',
    })
    expectStatus(answer)
    const [mode, date, hold] = lockHeadersOf(await room.request('HEAD', 'locked'))
    expect([mode, new Date(String(date)).toISOString(), hold]).toEqual(['COMPLIANCE', until, 'ON'])
  })

  it('takes one of retention and hold alone', async () => {
    expectStatus(await send(room, 'held', { 'x-amz-object-lock-legal-hold': 'OFF' }))
    expect(lockHeadersOf(await room.request('HEAD', 'held'))).toEqual([undefined, undefined, 'OFF'])
  })

  it.each([
    ['a mode alone', () => ({ 'x-amz-object-lock-mode': 'GOVERNANCE' })],
    ['a date alone', () => ({ 'x-amz-object-lock-retain-until-date': room.inDays(1) })],
    ['a date that is past', () => retention('GOVERNANCE', room.inDays(-1))],
    ['an unknown mode', () => retention('MILD', room.inDays(1))],
    ['no date', () => retention('GOVERNANCE', 'tomorrow')],
    ['an unknown hold', () => ({ 'x-amz-object-lock-legal-hold': 'MAYBE' })],
  ] as const)('refuses %s', async (_, headers) => {
    expectRefusal(await send(room, 'refused', headers()), 400, 'InvalidArgument')
    expectRefusal(await room.request('GET', 'refused'), 404, 'NoSuchKey')
  })

  it('a bucket without object lock takes none', async () => {
    await using plain = await TimeRoom.open({ versioning: true })
    await plain.put('source')
    expectRefusal(await send(plain, 'k', retention('GOVERNANCE', plain.inDays(1))), 400, 'InvalidRequest')
    expectRefusal(await send(plain, 'k', { 'x-amz-object-lock-legal-hold': 'ON' }), 400, 'InvalidRequest')
  })
})

it('a copy takes no lock along', async () => {
  await room.put('locked source', 'x', retention('GOVERNANCE', room.inDays(1)))
  const headers = { 'x-amz-copy-source': `${room.bucket}/locked%20source` }
  expectStatus(await room.request('PUT', 'free copy', { headers }))
  expect(lockHeadersOf(await room.request('HEAD', 'free copy'))).toEqual([undefined, undefined, undefined])
})

it('the headers take permissions of their own', async () => {
  const put = (headers: Headers) =>
    room.request('PUT', 'by other', {
      body: 'x',
      headers: { ...md5, ...headers },
      credentials: otherCredentials,
    })
  const allow = (actions: readonly string[]) =>
    room.putDocument('', 'policy=', allowOther(room.bucket, actions))
  const [retained, held] = [retention('GOVERNANCE', room.inDays(1)), { 'x-amz-object-lock-legal-hold': 'ON' }]
  await allow(['s3:PutObject'])
  expectStatus(await put({}))
  expectRefusal(await put(retained), 403, 'AccessDenied')
  expectRefusal(await put(held), 403, 'AccessDenied')
  await allow(['s3:PutObject', 's3:PutObjectRetention'])
  expectStatus(await put(retained))
  expectRefusal(await put(held), 403, 'AccessDenied')
  await allow(['s3:PutObject', 's3:PutObjectLegalHold'])
  expectStatus(await put(held))
  expectRefusal(await put(retained), 403, 'AccessDenied')
  await room.request('DELETE', '', { query: 'policy=' })
})

describe('the bytes of what is locked come with a digest', () => {
  const put = (headers: Headers) => room.request('PUT', 'digested', { body: 'x', headers })

  it('asked for in the request', async () => {
    const locks = [retention('GOVERNANCE', room.inDays(1)), { 'x-amz-object-lock-legal-hold': 'ON' }]
    for (const lock of locks) {
      expectRefusal(await put(lock), 400, 'InvalidRequest')
      expectStatus(await put({ ...lock, ...md5 }))
      expectStatus(await put({ ...lock, 'x-amz-checksum-crc32': referenceChecksum('CRC32', 'x') }))
    }
    expectStatus(await put({ 'x-amz-object-lock-legal-hold': 'OFF' }))
  })

  it('by default of the bucket, and for parts', async () => {
    await room.putDocument('', 'object-lock=', defaultRetention('<Mode>GOVERNANCE</Mode><Days>1</Days>'))
    expectRefusal(await put({}), 400, 'InvalidRequest')
    expectStatus(await put(md5))
    const uploadId = await room.createUpload('parts')
    const query = `partNumber=1&uploadId=${uploadId}`
    expectRefusal(await room.request('PUT', 'parts', { query, body: 'x' }), 400, 'InvalidRequest')
    expectStatus(await room.request('PUT', 'parts', { query, body: 'x', headers: md5 }))
    await room.putDocument('', 'object-lock=', lockConfiguration())
  })
})

function retention(mode: string, until: string): Headers {
  return { 'x-amz-object-lock-mode': mode, 'x-amz-object-lock-retain-until-date': until }
}
