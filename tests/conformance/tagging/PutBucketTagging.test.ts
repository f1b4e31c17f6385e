import { afterAll, beforeAll, expect, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { expectRefusal, expectStatus, TimeRoom } from '../../support/time-room.ts'
import { invalidTags, numbered, tagDocument, tagsOf, validTags } from './tag-documents.ts'

let room: TimeRoom
beforeAll(async () => {
  room = await TimeRoom.open()
})
afterAll(() => room[Symbol.asyncDispose]())

const put = (body: string) => room.putDocument('', 'tagging=', body)
const get = async () => tagsOf(await room.request('GET', '', { query: 'tagging=' }))

it('replaces all tags of the bucket', async () => {
  const answer = await put(
    tagDocument([
      ['b', '1'],
      ['a', '2'],
    ]),
  )
  expect([answer.status, answer.text]).toEqual([204, ''])
  expect(await get()).toEqual([
    ['b', '1'],
    ['a', '2'],
  ])
  expectStatus(await put(tagDocument([['c', '3']])), 204)
  expect(await get()).toEqual([['c', '3']])
})

it.each(validTags)('takes $what', async ({ tags }) => {
  expectStatus(await put(tagDocument(tags)), 204)
  expect(await get()).toEqual(tags)
})

it.each(invalidTags)('refuses $what', async ({ tags }) => {
  expectRefusal(await put(tagDocument(tags)), 400, 'InvalidTag')
})

it('takes 50 tags and not 51', async () => {
  expectStatus(await put(tagDocument(numbered(50))), 204)
  expectRefusal(await put(tagDocument(numbered(51))), 400, 'BadRequest')
  expect(await get()).toHaveLength(50)
})

it('refuses a key twice', async () => {
  expectRefusal(
    await put(
      tagDocument([
        ['a', '1'],
        ['a', '1'],
      ]),
    ),
    400,
    'InvalidTag',
  )
})

it.each([['no TagSet', '<Tagging/>']])('%s is MalformedXML', async (_, body) => {
  expectRefusal(await put(body), 400, 'MalformedXML')
})

it('wants the digest of its document, a bucket and permission', async () => {
  const body = tagDocument([['a', '1']])
  expectRefusal(await room.request('PUT', '', { query: 'tagging=', body }), 400, 'InvalidRequest')
  const parts = { credentials: otherCredentials }
  expectRefusal(await room.putDocument('', 'tagging=', body, parts), 403, 'AccessDenied')
})
