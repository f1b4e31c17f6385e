import { beforeAll, expect, it } from 'vitest'
import { mainAccount, otherAccount, otherCredentials } from '../../support/accounts.ts'
import { type RawAnswer, rawRequest } from '../../support/raw-request.ts'
import { expectError, expectSuccess, ObjectRoom } from '../objects/object-room.ts'

let room: ObjectRoom
beforeAll(async () => {
  room = await ObjectRoom.open()
  await room.put('key', 'x')
  return () => room[Symbol.asyncDispose]()
})

type Target = readonly [method: string, path: string, query: string]

const listing: Target = ['GET', '/the-bucket', '']
const operations: readonly Target[] = [
  listing,
  ['GET', '/the-bucket', 'list-type=2'],
  ['GET', '/the-bucket', 'versions'],
  ['GET', '/the-bucket', 'uploads'],
  ['GET', '/the-bucket', 'location'],
  ['GET', '/the-bucket', 'versioning'],
  ['GET', '/the-bucket/key', ''],
  ['PUT', '/the-bucket/other', ''],
  ['DELETE', '/the-bucket/other', ''],
  ['POST', '/the-bucket/other', 'uploads'],
]
const send = ([method, path, query]: Target, owner: string, more: object = {}): Promise<RawAnswer> =>
  rawRequest(room.server, { method, path, query, headers: { 'x-amz-expected-bucket-owner': owner }, ...more })

it.each(operations)('%s %s?%s goes on for the owner who is expected', async (...operation) => {
  expect((await send(operation, mainAccount.id)).status).toBeLessThan(300)
})

it.each(operations)('%s %s?%s stops where it is another', async (...operation) => {
  expectError(await send(operation, otherAccount.id), 403, 'AccessDenied')
})

it.each(['', '1', '10000000000', '1000000000012', 'abcdefghijkl', mainAccount.canonicalId])(
  'an id that is none is refused: %j',
  async (id) => {
    expectError(await send(listing, id), 400, 'InvalidBucketOwnerAWSAccountID')
  },
)

it('opens no door', async () => {
  const answer = await send(listing, mainAccount.id, { credentials: otherCredentials })
  expectError(answer, 403, 'AccessDenied')
})

it('is asked of a copy’s source too', async () => {
  const copy = (owner: string): Promise<RawAnswer> =>
    room.request('PUT', 'copy', {
      headers: { 'x-amz-copy-source': '/the-bucket/key', 'x-amz-source-expected-bucket-owner': owner },
    })
  expectSuccess(await copy(mainAccount.id))
  expectError(await copy(otherAccount.id), 403, 'AccessDenied')
})
