import { expect, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { xmlTexts } from '../../support/raw-request.ts'
import { referenceChecksum } from '../../support/reference-checksums.ts'
import { expectRefusal, expectStatus } from '../../support/time-room.ts'
import { ArchiveRoom } from './archive-room.ts'

it.each(['GLACIER', 'DEEP_ARCHIVE'])('%s: bytes are refused, all else is not', async (storageClass) => {
  await using room = await ArchiveRoom.open()
  await room.putArchived('k', storageClass)
  const get = await room.request('GET', 'k')
  expectRefusal(get, 403, 'InvalidObjectState')
  expect(xmlTexts(get.text, 'StorageClass')).toEqual([storageClass])
  const headers = { 'x-amz-copy-source': `${room.bucket}/k` }
  expectRefusal(await room.request('PUT', 'copy', { headers }), 403, 'InvalidObjectState')
  const head = await room.request('HEAD', 'k')
  expect([head.status, head.headers['x-amz-storage-class'], head.headers['x-amz-restore']]).toEqual([
    200,
    storageClass,
    undefined,
  ])
  expectStatus(await room.request('GET', 'k', { query: 'tagging=' }))
  expectStatus(await room.request('DELETE', 'k'), 204)
})

it.each(['STANDARD', 'STANDARD_IA', 'GLACIER_IR', 'INTELLIGENT_TIERING'])(
  '%s is read at once and not restored',
  async (storageClass) => {
    await using room = await ArchiveRoom.open()
    await room.putArchived('k', storageClass)
    expect((await room.request('GET', 'k')).text).toBe('k')
    expectRefusal(await room.restore('k', 1), 403, 'InvalidObjectState')
  },
)

it.each([
  ['GLACIER', 'Expedited', 5 / 60],
  ['GLACIER', undefined, 5],
  ['GLACIER', 'Standard', 5],
  ['GLACIER', 'Bulk', 12],
  ['DEEP_ARCHIVE', undefined, 12],
  ['DEEP_ARCHIVE', 'Bulk', 48],
] as const)('%s by %s takes %d hours', async (storageClass, tier, hours) => {
  await using room = await ArchiveRoom.open()
  await room.putArchived('k', storageClass)
  const answer = await room.restore('k', 1, tier)
  expect([answer.status, answer.text]).toEqual([202, ''])
  expect(await room.shown('k')).toBe('ongoing-request="true"')
  expectRefusal(await room.request('GET', 'k'), 403, 'InvalidObjectState')
  room.advanceHours(hours - 0.01)
  expect(await room.shown('k')).toBe('ongoing-request="true"')
  room.advanceHours(0.02)
  expect(await room.shown('k')).toMatch(
    /^ongoing-request="false", expiry-date="\w+, 0[345] Jun 2030 00:00:00 GMT"$/,
  )
  const get = await room.request('GET', 'k')
  expect([get.status, get.text, get.headers['x-amz-storage-class']]).toEqual([200, 'k', storageClass])
})

it('what was restored is archived again when its days are over', async () => {
  await using room = await ArchiveRoom.open()
  await room.putArchived('k')
  await room.restore('k', 2, 'Expedited')
  room.advanceHours(1)
  expect(await room.shown('k')).toBe('ongoing-request="false", expiry-date="Tue, 04 Jun 2030 00:00:00 GMT"')
  room.server.clock.set(new Date('2030-06-03T23:59:00Z'))
  expect((await room.request('GET', 'k')).text).toBe('k')
  room.server.clock.set(new Date('2030-06-04T00:00:01Z'))
  expectRefusal(await room.request('GET', 'k'), 403, 'InvalidObjectState')
  expect(await room.shown('k')).toBeUndefined()
  expect((await room.restore('k', 1)).status).toBe(202)
})

it('asking again changes the days of what is restored, and the speed of what is not', async () => {
  await using room = await ArchiveRoom.open()
  await room.putArchived('k')
  expect((await room.restore('k', 1, 'Bulk')).status).toBe(202)
  expectRefusal(await room.restore('k', 1, 'Bulk'), 409, 'RestoreAlreadyInProgress')
  expect((await room.restore('k', 1, 'Expedited')).status).toBe(202)
  room.advanceHours(1)
  expect((await room.restore('k', 10)).status).toBe(200)
  expect(await room.shown('k')).toBe('ongoing-request="false", expiry-date="Wed, 12 Jun 2030 00:00:00 GMT"')
})

it('a restored object is copied, and the copy is of the class asked for', async () => {
  await using room = await ArchiveRoom.open()
  await room.putArchived('k')
  await room.restore('k', 1, 'Expedited')
  room.advanceHours(1)
  const headers = { 'x-amz-copy-source': `${room.bucket}/k`, 'x-amz-storage-class': 'STANDARD' }
  expectStatus(await room.request('PUT', 'k', { headers }))
  const head = await room.request('HEAD', 'k')
  expect([head.headers['x-amz-storage-class'], head.headers['x-amz-restore']]).toEqual([undefined, undefined])
  room.advanceDays(10)
  expect((await room.request('GET', 'k')).text).toBe('k')
})

it('for more days than the calendar has, it ends with that', async () => {
  await using room = await ArchiveRoom.open()
  await room.putArchived('k')
  expect((await room.restore('k', 2_147_483_647, 'Expedited')).status).toBe(202)
  room.advanceHours(1)
  expect(await room.shown('k')).toBe('ongoing-request="false", expiry-date="Fri, 31 Dec 9999 00:00:00 GMT"')
  const headers = { 'x-amz-optional-object-attributes': 'RestoreStatus' }
  const list = await room.request('GET', '', { query: 'list-type=2', headers })
  expect(xmlTexts(list.text, 'RestoreExpiryDate')).toEqual(['9999-12-31T00:00:00.000Z'])
})

it('restores the version that is named', async () => {
  await using room = await ArchiveRoom.open()
  const old = await room.putArchived('k')
  await room.putArchived('k')
  expect((await room.restore('k', 1, 'Expedited', old)).status).toBe(202)
  room.advanceHours(1)
  expectStatus(await room.request('GET', 'k', { query: `versionId=${old}` }))
  expectRefusal(await room.request('GET', 'k'), 403, 'InvalidObjectState')
})

it.each([
  ['no days', '<RestoreRequest/>', 'MalformedXML'],
  ['days that are none', '<RestoreRequest><Days>0</Days></RestoreRequest>', 'InvalidArgument'],
  [
    'an unknown tier',
    '<RestoreRequest><Days>1</Days><GlacierJobParameters><Tier>Now</Tier></GlacierJobParameters></RestoreRequest>',
    'MalformedXML',
  ],
  ['no XML', 'soon', 'MalformedXML'],
])('%s is refused', async (_, body, code) => {
  await using room = await ArchiveRoom.open()
  await room.putArchived('k')
  expectRefusal(await room.restoreBy('k', body), 400, code)
})

it.each([
  '<Type>SELECT</Type>',
  '<OutputLocation><S3><BucketName>b</BucketName><Prefix>p</Prefix></S3></OutputLocation>',
])('restoring elsewhere is not implemented: %s', async (what) => {
  await using room = await ArchiveRoom.open()
  await room.putArchived('k')
  const body = `<RestoreRequest><Days>1</Days>${what}</RestoreRequest>`
  expectRefusal(await room.restoreBy('k', body), 501, 'NotImplemented')
})

it('DEEP_ARCHIVE has no Expedited; answers for what is not there; refuses strangers', async () => {
  await using room = await ArchiveRoom.open()
  await room.putArchived('k', 'DEEP_ARCHIVE')
  expectRefusal(await room.restore('k', 1, 'Expedited'), 400, 'InvalidArgument')
  expectRefusal(await room.restore('never', 1), 404, 'NoSuchKey')
  expectRefusal(await room.restore('k', 1, 'Bulk', 'f'.repeat(32)), 404, 'NoSuchVersion')
  const body = '<RestoreRequest><Days>1</Days></RestoreRequest>'
  const headers = { 'content-md5': referenceChecksum('MD5', body) }
  const parts = { query: 'restore=', body, headers, credentials: otherCredentials }
  expectRefusal(await room.request('POST', 'k', parts), 403, 'AccessDenied')
})
