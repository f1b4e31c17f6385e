import { afterAll, beforeAll, expect, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { xmlTexts } from '../../support/raw-request.ts'
import { expectRefusal, expectStatus, TimeRoom } from '../../support/time-room.ts'
import { versionOf } from '../../support/versioning.ts'
import { invalidTags, numbered, tagDocument, tagsOf, validTags } from './tag-documents.ts'

let room: TimeRoom
beforeAll(async () => {
  room = await TimeRoom.open({ versioning: true })
})
afterAll(() => room[Symbol.asyncDispose]())

const putTags = (key: string, body: string, version = '') =>
  room.putDocument(key, `tagging=${version && `&versionId=${version}`}`, body)
const getTags = async (key: string, version = '') =>
  tagsOf(await room.request('GET', key, { query: `tagging=${version && `&versionId=${version}`}` }))

it('replaces all tags of an object, in the order given', async () => {
  await room.put('k')
  const first = await putTags(
    'k',
    tagDocument([
      ['b', '1'],
      ['a', '2'],
    ]),
  )
  expectStatus(first)
  expect(first.text).toBe('')
  expect(await getTags('k')).toEqual([
    ['b', '1'],
    ['a', '2'],
  ])
  expectStatus(await putTags('k', tagDocument([['c', '3']])))
  expect(await getTags('k')).toEqual([['c', '3']])
})

it('changes neither the bytes, the date nor the version', async () => {
  await room.put('same')
  const before = await room.request('HEAD', 'same')
  room.server.clock.advance(5000)
  const answer = await putTags('same', tagDocument([['a', '1']]))
  expect(versionOf(answer)).toBe(versionOf(before))
  const after = await room.request('HEAD', 'same')
  for (const name of ['etag', 'last-modified', 'x-amz-version-id']) {
    expect(after.headers[name]).toBe(before.headers[name])
  }
  expect(after.headers['x-amz-tagging-count']).toBe('1')
})

it('an empty set takes all tags away', async () => {
  await room.put('emptied', 'x', { 'x-amz-tagging': 'a=1' })
  expectStatus(await putTags('emptied', tagDocument([])))
  expect(await getTags('emptied')).toEqual([])
  expect((await room.request('HEAD', 'emptied')).headers['x-amz-tagging-count']).toBeUndefined()
})

it.each(validTags)('takes $what', async ({ tags }) => {
  await room.put('cases')
  expectStatus(await putTags('cases', tagDocument(tags)))
  expect(await getTags('cases')).toEqual(tags)
})

it.each(invalidTags)('refuses $what', async ({ tags }) => {
  await room.put('cases')
  expectRefusal(await putTags('cases', tagDocument(tags)), 400, 'InvalidTag')
})

it('takes ten tags and not eleven', async () => {
  await room.put('many')
  expectStatus(await putTags('many', tagDocument(numbered(10))))
  expectRefusal(await putTags('many', tagDocument(numbered(11))), 400, 'BadRequest')
  expect(await getTags('many')).toEqual(numbered(10))
})

it('refuses a key twice, and says which', async () => {
  await room.put('twice')
  const answer = await putTags(
    'twice',
    tagDocument([
      ['a', '1'],
      ['a', '2'],
    ]),
  )
  expectRefusal(answer, 400, 'InvalidTag')
  expect(xmlTexts(answer.text, 'TagKey')).toEqual(['a'])
})

it.each([
  ['no XML', 'a=1'],
  ['another root', '<Tags><TagSet/></Tags>'],
  ['no TagSet', '<Tagging></Tagging>'],
  ['a tag without key', '<Tagging><TagSet><Tag><Value>v</Value></Tag></TagSet></Tagging>'],
  ['a tag without value', '<Tagging><TagSet><Tag><Key>k</Key></Tag></TagSet></Tagging>'],
])('%s is MalformedXML', async (_, body) => {
  await room.put('malformed')
  expectRefusal(await putTags('malformed', body), 400, 'MalformedXML')
})

it('wants a document', async () => {
  await room.put('undocumented')
  expectRefusal(await putTags('undocumented', ''), 400, 'MissingRequestBodyError')
})

it('wants no digest of its document, and is held to one', async () => {
  await room.put('undigested')
  const body = tagDocument([['a', '1']])
  expectStatus(await room.request('PUT', 'undigested', { query: 'tagging=', body }))
  const headers = { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }
  expectRefusal(
    await room.request('PUT', 'undigested', { query: 'tagging=', body, headers }),
    400,
    'BadDigest',
  )
})

it('tags one version alone', async () => {
  const old = await room.put('versions', 'old')
  const recent = await room.put('versions', 'recent')
  const answer = await putTags('versions', tagDocument([['of', 'old']]), old)
  expect([answer.status, versionOf(answer)]).toEqual([200, old])
  expect(await getTags('versions', old)).toEqual([['of', 'old']])
  expect(await getTags('versions')).toEqual([])
  expect(await getTags('versions', recent)).toEqual([])
})

it('answers for what is not there', async () => {
  const body = tagDocument([['a', '1']])
  expectRefusal(await putTags('never', body), 404, 'NoSuchKey')
  const version = await room.put('gone')
  expectRefusal(await putTags('gone', body, 'f'.repeat(32)), 404, 'NoSuchVersion')
  expectRefusal(await putTags('gone', body, 'nonsense'), 400, 'InvalidArgument')
  const marker = versionOf(await room.request('DELETE', 'gone')) ?? ''
  expectRefusal(await putTags('gone', body), 405, 'MethodNotAllowed')
  expectRefusal(await putTags('gone', body, marker), 405, 'MethodNotAllowed')
  expectStatus(await putTags('gone', body, version))
})

it('is refused to strangers', async () => {
  await room.put('private')
  const body = tagDocument([['a', '1']])
  const parts = { credentials: otherCredentials }
  expectRefusal(await room.putDocument('private', 'tagging=', body, parts), 403, 'AccessDenied')
  expectRefusal(await room.putDocument('private', 'tagging=', body, { anonymous: true }), 403, 'AccessDenied')
  expect(await getTags('private')).toEqual([])
})
