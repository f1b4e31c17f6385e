import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RawAnswer, rawRequest } from '../../support/raw-request.ts'
import { objectPath, presignQuery, signHeaders } from '../../support/signature-v4.ts'
import { expectError, expectSuccess, ObjectRoom } from '../objects/object-room.ts'

let room: ObjectRoom
beforeAll(async () => {
  room = await ObjectRoom.open()
  await room.put('a b', 'of the space')
  await room.put('a+b', 'of the plus')
})
afterAll(() => room[Symbol.asyncDispose]())

/** A request whose path is sent in one way and signed in another. */
function asked(sent: string, signedText: string, isPresigned: boolean): Promise<RawAnswer> {
  const { host } = new URL(room.server.url)
  const request = {
    method: 'GET',
    headers: { host },
    credentials: room.server.credentials,
    date: new Date(),
    canonicalPath: `/${room.bucket}/${signedText}`,
    path: '/',
  }
  const path = `/${room.bucket}/${sent}`
  if (!isPresigned) {
    const { headers } = signHeaders(request, 'UNSIGNED-PAYLOAD')
    return rawRequest(room.server, { path, headers, anonymous: true })
  }
  return rawRequest(room.server, { path, query: presignQuery(request, 60), anonymous: true })
}

describe.each([
  ['in the header', false],
  ['presigned', true],
])('a plus in a path, signed %s', (_, isPresigned) => {
  it.each([
    ['as a space', 'a%20b'],
    ['as it is sent', 'a+b'],
  ])('%s, is a space', async (__, signedText) => {
    const answer = await asked('a+b', signedText, isPresigned)
    expectSuccess(answer)
    expect(answer.text).toBe('of the space')
  })

  // Else whoever has a presigned URL of one object could have another with it.
  it('as %2B, is refused', async () => {
    expect((await asked('a%2Bb', 'a%2Bb', isPresigned)).text).toBe('of the plus')
    expectError(await asked('a+b', 'a%2Bb', isPresigned), 403, 'SignatureDoesNotMatch')
    expectError(await asked('a%2Bb', 'a%20b', isPresigned), 403, 'SignatureDoesNotMatch')
    expectError(await asked('a%2Bb', 'a+b', isPresigned), 403, 'SignatureDoesNotMatch')
    expectError(await asked('a%20b', 'a+b', isPresigned), 403, 'SignatureDoesNotMatch')
  })
})

it('a plus in the source of a copy is a space too', async () => {
  for (const [source, text] of [
    ['a+b', 'of the space'],
    ['a%20b', 'of the space'],
    ['a%2Bb', 'of the plus'],
  ] as const) {
    expectSuccess(
      await room.request('PUT', 'copy', { headers: { 'x-amz-copy-source': `${room.bucket}/${source}` } }),
    )
    expect((await room.get('copy')).text).toBe(text)
  }
})

it('signed with Version 2 it is signed as it is sent', async () => {
  const signed = { path: `/${room.bucket}/a+b`, versionTwo: true }
  expect((await rawRequest(room.server, signed)).text).toBe('of the space')
})

it('what writes with a plus, and what lists it, agree', async () => {
  const path = objectPath(room.bucket, 'new').replace('new', 'one+two')
  expectSuccess(await rawRequest(room.server, { method: 'PUT', path, body: 'x', versionTwo: true }))
  expect((await room.get('one two')).text).toBe('x')
})
