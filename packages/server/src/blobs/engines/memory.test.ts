import { expect, test } from 'vitest'
import { runBlobStoreSuite } from './blob-store.suite.ts'
import { openMemoryBlobs } from './memory.ts'

runBlobStoreSuite('memory', async () => openMemoryBlobs())

const never = new AbortController().signal

test('a lent chunk is overwritten when the next is asked for, so that keeping one shows', async () => {
  const store = openMemoryBlobs()
  const { id } = await store.write(
    (async function* () {
      yield Buffer.alloc(100_000, 'a')
    })(),
    never,
  )
  const chunks = store.read(id, { start: 0, end: 100_000 }, never)[Symbol.asyncIterator]()
  const { value: first } = await chunks.next()
  const lent = first as Uint8Array
  expect(lent[0]).toBe(97)
  await chunks.next()
  await chunks.next()
  expect(lent.every((byte) => byte === 0)).toBe(true)
})
