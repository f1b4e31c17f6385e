import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ObjectRoom, expectError, expectSuccess } from '../objects/object-room.ts'

let room: ObjectRoom
let query: string
beforeAll(async () => {
  room = await ObjectRoom.open()
  await room.put('source', 'the source')
  const begun = await room.request('POST', 'upload', { query: 'uploads=' })
  query = `partNumber=1&uploadId=${/<UploadId>(.*)<\/UploadId>/.exec(begun.text)?.[1]}`
})
afterAll(() => room[Symbol.asyncDispose]())

const source = () => ({ 'x-amz-copy-source': `${room.bucket}/source` })

describe('a body of a write that has none', () => {
  // All that there are: what else is written has a document or bytes.
  it.each([
    ['CopyObject', 'PUT', 'copy', () => ({ headers: source() })],
    ['UploadPartCopy', 'PUT', 'upload', () => ({ headers: source(), query })],
    ['CreateMultipartUpload', 'POST', 'other', () => ({ query: 'uploads=' })],
  ] as const)('%s is refused with it', async (_, method, key, options) => {
    expectSuccess(await room.request(method, key, options()))
    const refused = await room.request(method, `refused ${key}`, { ...options(), body: 'bytes' })
    const element = expectError(refused, 400, 'InvalidRequest')
    expect(element('Message')).toBe(
      'The request included a body. Requests of this type must not include a non-empty body.',
    )
    expect(await room.bytesOf(`refused ${key}`)).toBeUndefined()
  })

  it('is refused as such however long it is', async () => {
    const body = Buffer.alloc(8 * 1024 * 1024 + 1)
    expectError(await room.request('PUT', 'long', { headers: source(), body }), 400, 'InvalidRequest')
  })
})

it('a body of a read or a deletion has no meaning', async () => {
  const read = await room.request('GET', 'source', { body: 'bytes' })
  expect([read.status, read.text]).toEqual([200, 'the source'])
  expect((await room.request('HEAD', 'source', { body: 'bytes' })).status).toBe(200)
  expect((await room.request('DELETE', 'source', { body: 'bytes' })).status).toBe(204)
})
