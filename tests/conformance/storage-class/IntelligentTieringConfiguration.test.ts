import { afterAll, beforeAll, expect, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { xmlTexts } from '../../support/raw-request.ts'
import { expectRefusal, expectStatus, TimeRoom } from '../../support/time-room.ts'

let room: TimeRoom
beforeAll(async () => {
  room = await TimeRoom.open()
})
afterAll(() => room[Symbol.asyncDispose]())

const tiering = (tier: string, days: number): string =>
  `<Tiering><Days>${days}</Days><AccessTier>${tier}</AccessTier></Tiering>`
const document = (id: string, inner: string, filter = '', status = 'Enabled'): string =>
  `<IntelligentTieringConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Id>${id}</Id>${filter}<Status>${status}</Status>${inner}</IntelligentTieringConfiguration>`
const archive = tiering('ARCHIVE_ACCESS', 90)
const query = (id: string): string => `intelligent-tiering=&id=${id}`
const put = (id: string, body: string) => room.putDocument('', query(id), body)
const get = (id: string) => room.request('GET', '', { query: query(id) })

it('keeps a configuration, replaces it by its id, and deletes it', async () => {
  expectRefusal(await get('one'), 404, 'NoSuchConfiguration')
  const filter = '<Filter><And><Prefix>logs/</Prefix><Tag><Key>a</Key><Value>b</Value></Tag></And></Filter>'
  expectStatus(await put('one', document('one', archive + tiering('DEEP_ARCHIVE_ACCESS', 180), filter)))
  const { text } = await get('one')
  expect([
    xmlTexts(text, 'Id'),
    xmlTexts(text, 'Days'),
    xmlTexts(text, 'Prefix'),
    xmlTexts(text, 'Key'),
  ]).toEqual([['one'], ['90', '180'], ['logs/'], ['a']])
  expectStatus(await put('one', document('one', archive, '', 'Disabled')))
  expect(xmlTexts((await get('one')).text, 'Status')).toEqual(['Disabled'])
  expectStatus(await room.request('DELETE', '', { query: query('one') }), 204)
  expectRefusal(await get('one'), 404, 'NoSuchConfiguration')
  expectRefusal(await room.request('DELETE', '', { query: query('one') }), 404, 'NoSuchConfiguration')
})

it('lists all, by id, a hundred a page', async () => {
  const ids = Array.from({ length: 130 }, (_, at) => `list-${String(at).padStart(3, '0')}`)
  for (const id of ids.toReversed()) expectStatus(await put(id, document(id, archive)))
  const first = await room.request('GET', '', { query: 'intelligent-tiering=' })
  expect([xmlTexts(first.text, 'Id').length, xmlTexts(first.text, 'IsTruncated')]).toEqual([100, ['true']])
  const [token = ''] = xmlTexts(first.text, 'NextContinuationToken')
  const second = await room.request('GET', '', {
    query: `continuation-token=${encodeURIComponent(token)}&intelligent-tiering=`,
  })
  expect([...xmlTexts(first.text, 'Id'), ...xmlTexts(second.text, 'Id')]).toEqual(ids)
  expect(xmlTexts(second.text, 'IsTruncated')).toEqual(['false'])
})

it.each([
  ['an id that is another', 'other', document('one', archive), 'InvalidArgument'],
  ['no tier', 'one', document('one', ''), 'MalformedXML'],
  ['a tier twice', 'one', document('one', archive + archive), 'MalformedXML'],
  ['an unknown tier', 'one', document('one', tiering('COLD', 90)), 'MalformedXML'],
  ['an unknown status', 'one', document('one', archive, '', 'On'), 'MalformedXML'],
  ['too few days', 'one', document('one', tiering('ARCHIVE_ACCESS', 89)), 'InvalidArgument'],
  [
    'too few days of the deep one',
    'one',
    document('one', tiering('DEEP_ARCHIVE_ACCESS', 179)),
    'InvalidArgument',
  ],
  ['too many days', 'one', document('one', tiering('ARCHIVE_ACCESS', 731)), 'InvalidArgument'],
])('%s is refused', async (_, id, body, code) => {
  expectRefusal(await put(id, body), 400, code)
})

it('is refused to strangers', async () => {
  const credentials = otherCredentials
  const parts = { query: query('one'), credentials }
  expectRefusal(
    await room.putDocument('', query('one'), document('one', archive), { credentials }),
    403,
    'AccessDenied',
  )
  expectRefusal(await room.request('GET', '', parts), 403, 'AccessDenied')
  expectRefusal(await room.request('DELETE', '', parts), 403, 'AccessDenied')
  expectRefusal(
    await room.request('GET', '', { query: 'intelligent-tiering=', credentials }),
    403,
    'AccessDenied',
  )
})
