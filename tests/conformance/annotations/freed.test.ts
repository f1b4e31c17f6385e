import { beforeAll, describe, expect, it, vi } from 'vitest'
import { blobFiles } from '../../support/blob-files.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { AccessRoom } from '../access/access-room.ts'
import { annotate, askAnnotation } from './annotation-room.ts'

const LARGE = 'x'.repeat(100_000)

let room: AccessRoom
let path: string
beforeAll(async () => {
  const folder = await temporaryDirectory()
  path = folder.path
  room = await AccessRoom.open({ dataDirectory: path })
  return async () => {
    await room[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  }
})

describe('the bytes of annotations are freed', () => {
  it.each<[string, (bucket: string) => Promise<unknown>]>([
    [
      'they are deleted',
      (bucket) => askAnnotation(room, 'owner', 'DELETE', { bucket, key: 'key', name: 'note' }),
    ],
    ['they are replaced', (bucket) => annotate(room, { bucket, key: 'key', name: 'note' }, 'small')],
    ['their object is deleted', (bucket) => room.must('owner', 'DELETE', bucket, 'key')],
    ['their object is replaced', (bucket) => room.put(bucket, 'key')],
    [
      'a copy onto itself leaves them behind',
      (bucket) =>
        room.must('owner', 'PUT', bucket, 'key', {
          headers: {
            'x-amz-copy-source': `${bucket}/key`,
            'x-amz-metadata-directive': 'REPLACE',
            'x-amz-object-annotation-directive': 'EXCLUDE',
          },
        }),
    ],
  ])('when %s', async (_, end) => {
    const bucket = await room.bucket()
    await room.put(bucket, 'key')
    await annotate(room, { bucket, key: 'key', name: 'note' }, LARGE)
    expect(await blobFiles(path)).toHaveLength(1)
    await end(bucket)
    await vi.waitFor(async () => expect(await blobFiles(path)).toEqual([]), { timeout: 10_000 })
  })
})
