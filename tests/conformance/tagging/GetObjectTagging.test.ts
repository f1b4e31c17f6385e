import { afterAll, beforeAll, expect, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { expectRefusal, TimeRoom } from '../../support/time-room.ts'
import { versionOf } from '../../support/versioning.ts'
import { tagDocument, tagsOf } from './tag-documents.ts'

let room: TimeRoom
beforeAll(async () => {
  room = await TimeRoom.open({ versioning: true })
})
afterAll(() => room[Symbol.asyncDispose]())

const get = (key: string, version = '') =>
  room.request('GET', key, { query: `tagging=${version && `&versionId=${version}`}` })

it('an object without tags has an empty set', async () => {
  await room.put('plain')
  const answer = await get('plain')
  expect(tagsOf(answer)).toEqual([])
  expect(answer.text).toContain('<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet')
})

it('tells the version whose tags they are', async () => {
  const one = await room.put('k', '1', { 'x-amz-tagging': 'n=1' })
  const two = await room.put('k', '2', { 'x-amz-tagging': 'n=2' })
  expect([tagsOf(await get('k')), versionOf(await get('k'))]).toEqual([[['n', '2']], two])
  expect([tagsOf(await get('k', one)), versionOf(await get('k', one))]).toEqual([[['n', '1']], one])
})

it('answers for what is not there', async () => {
  expectRefusal(await get('never'), 404, 'NoSuchKey')
  await room.put('gone')
  expectRefusal(await get('gone', 'f'.repeat(32)), 404, 'NoSuchVersion')
  const marker = versionOf(await room.request('DELETE', 'gone')) ?? ''
  expectRefusal(await get('gone'), 405, 'MethodNotAllowed')
  expectRefusal(await get('gone', marker), 405, 'MethodNotAllowed')
})

it('takes a permission of its own, by version too', async () => {
  const version = await room.put('shared', 'x', { 'x-amz-tagging': 'a=1' })
  const policy = (action: string): string =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: '100000000002' },
          Action: action,
          Resource: `arn:aws:s3:::${room.bucket}/*`,
        },
      ],
    })
  const credentials = otherCredentials
  const statuses = async (): Promise<number[]> => [
    (await room.request('GET', 'shared', { query: 'tagging=', credentials })).status,
    (await room.request('GET', 'shared', { query: `tagging=&versionId=${version}`, credentials })).status,
  ]
  await room.putDocument('', 'policy=', policy('s3:GetObject'))
  expect(await statuses()).toEqual([403, 403])
  await room.putDocument('', 'policy=', policy('s3:GetObjectTagging'))
  expect(await statuses()).toEqual([200, 403])
  await room.putDocument('', 'policy=', policy('s3:GetObjectVersionTagging'))
  expect(await statuses()).toEqual([403, 200])
})

it('its tags decide where a policy asks for them', async () => {
  await room.put('red', 'x', { 'x-amz-tagging': 'colour=red' })
  await room.put('blue', 'x', { 'x-amz-tagging': 'colour=blue' })
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: '100000000002' },
        Action: ['s3:GetObject', 's3:PutObjectTagging'],
        Resource: `arn:aws:s3:::${room.bucket}/*`,
        Condition: { StringEquals: { 's3:ExistingObjectTag/colour': 'red' } },
      },
    ],
  })
  await room.putDocument('', 'policy=', policy)
  const credentials = otherCredentials
  expect((await room.request('GET', 'red', { credentials })).status).toBe(200)
  expect((await room.request('GET', 'blue', { credentials })).status).toBe(403)
  const tags = tagDocument([['colour', 'blue']])
  expect((await room.putDocument('red', 'tagging=', tags, { credentials })).status).toBe(200)
  expect((await room.request('GET', 'red', { credentials })).status).toBe(403)
})
