import { afterAll, beforeAll, expect, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { expectRefusal, expectStatus, TimeRoom } from '../../support/time-room.ts'
import { versionOf } from '../../support/versioning.ts'
import { tagsOf } from './tag-documents.ts'

let room: TimeRoom
beforeAll(async () => {
  room = await TimeRoom.open({ versioning: true })
})
afterAll(() => room[Symbol.asyncDispose]())

const remove = (key: string, version = '') =>
  room.request('DELETE', key, { query: `tagging=${version && `&versionId=${version}`}` })

it('takes all tags away, of the newest version or the one named', async () => {
  const one = await room.put('k', '1', { 'x-amz-tagging': 'n=1' })
  const two = await room.put('k', '2', { 'x-amz-tagging': 'n=2' })
  const newest = await remove('k')
  expect([newest.status, newest.text, versionOf(newest)]).toEqual([204, '', two])
  expect(tagsOf(await room.request('GET', 'k', { query: 'tagging=' }))).toEqual([])
  const query = `tagging=&versionId=${one}`
  expect(tagsOf(await room.request('GET', 'k', { query }))).toEqual([['n', '1']])
  expect(versionOf(await remove('k', one))).toBe(one)
  expect(tagsOf(await room.request('GET', 'k', { query }))).toEqual([])
})

it('succeeds where there are none', async () => {
  await room.put('plain')
  expectStatus(await remove('plain'), 204)
})

it('answers for what is not there', async () => {
  expectRefusal(await remove('never'), 404, 'NoSuchKey')
  await room.put('gone')
  expectRefusal(await remove('gone', 'f'.repeat(32)), 404, 'NoSuchVersion')
  const marker = versionOf(await room.request('DELETE', 'gone')) ?? ''
  expectRefusal(await remove('gone'), 405, 'MethodNotAllowed')
  expectRefusal(await remove('gone', marker), 405, 'MethodNotAllowed')
})

it('is refused to strangers', async () => {
  await room.put('private', 'x', { 'x-amz-tagging': 'a=1' })
  const parts = { query: 'tagging=', credentials: otherCredentials }
  expectRefusal(await room.request('DELETE', 'private', parts), 403, 'AccessDenied')
})
