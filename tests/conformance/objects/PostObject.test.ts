import { beforeAll, describe, expect, it } from 'vitest'
import { contentOf } from '../../support/content.ts'
import { postForm, uploadForm } from '../../support/post-form.ts'
import { expectSuccess, ObjectRoom } from './object-room.ts'

let room: ObjectRoom
beforeAll(async () => {
  room = await ObjectRoom.open()
  return () => room[Symbol.asyncDispose]()
})

describe('the file', () => {
  it.each([0, 1, 32768, 32769, 3_000_001])('keeps %i bytes', async (sizeBytes) => {
    const content = contentOf('post', sizeBytes)
    const key = `size-${sizeBytes}`
    const form = uploadForm(room.server, room.bucket, { key }, { name: 'a.bin', content })
    const answer = await postForm(room.server, room.bucket, form)
    expectSuccess(answer, 204)
    expect((await room.bytesOf(key))?.equals(content)).toBe(true)
  })
})
