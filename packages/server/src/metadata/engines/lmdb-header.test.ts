import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { systemDisk } from '../../base/disk.ts'
import { openLmdb } from './lmdb.ts'
import { checkLmdbHeader } from './lmdb-header.ts'
import { temporaryFolder } from './temporary-folder.suite.ts'

const HEAD_BYTES = 24
const TRANSACTION = 152

/** The file of a store after so many commits. */
async function fileAfter(commits: number): Promise<string> {
  const path = await temporaryFolder()
  await using store = await openLmdb({ path })
  for (let count = 0; count < commits; count++) {
    const put = [{ key: Buffer.from(`key ${count}`), value: Buffer.of(count) }]
    await store.commit({ expect: [], put, remove: [] })
  }
  return join(path, 'data.mdb')
}

/** Holds the check to refuse the file while a bit is another. */
async function refusedWith(handle: FileHandle, file: string, at: number, bit: number): Promise<void> {
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, at)
  await handle.write(Buffer.of((buffer[0] ?? 0) ^ (1 << bit)), 0, 1, at)
  await expect(checkLmdbHeader(systemDisk, file)).rejects.toMatchObject({ kind: 'corrupt' })
  await handle.write(buffer, 0, 1, at)
}

test.each([1, 2, 3, 4, 5])(
  'a file is refused whose meta pages have another head or number than was written (%d commits)',
  async (commits) => {
    const file = await fileAfter(commits)
    const pageBytes = await checkLmdbHeader(systemDisk, file)
    await using handle = await open(file, 'r+')
    for (const start of [0, pageBytes ?? 0]) {
      for (let at = 0; at < HEAD_BYTES; at++) await refusedWith(handle, file, start + at, at % 8)
      for (let bit = 0; bit < 64; bit++)
        await refusedWith(handle, file, start + TRANSACTION + (bit >> 3), bit & 7)
    }
    expect(await checkLmdbHeader(systemDisk, file)).toBe(pageBytes)
  },
)

test.each([136, 143])('a root that is nowhere in the file is told in words (byte %d)', async (at) => {
  const file = await fileAfter(3)
  const pageBytes = (await checkLmdbHeader(systemDisk, file)) ?? 0
  await using handle = await open(file, 'r+')
  for (const start of [0, pageBytes]) await refusedWith(handle, file, start + at, 6)
  expect(await checkLmdbHeader(systemDisk, file)).toBe(pageBytes)
})

test('whatever is committed, the file is not refused', async () => {
  const key = fc.nat(30).map((number) => Buffer.from(`key ${number}`))
  const changes = fc.array(
    fc.record({
      expected: fc.option(key, { nil: undefined }),
      put: fc.array(fc.tuple(key, fc.nat(9000)), { maxLength: 3 }),
      remove: fc.array(key, { maxLength: 20 }),
      removesAll: fc.boolean(),
    }),
    { maxLength: 30 },
  )
  await fc.assert(
    fc.asyncProperty(changes, async (all) => {
      const path = await temporaryFolder()
      await using store = await openLmdb({ path })
      for (const { expected, put, remove, removesAll } of all) {
        const puts = new Map(put.map(([key, size]) => [String(key), { key, value: Buffer.alloc(size) }]))
        const removed = removesAll ? Array.from({ length: 31 }, (_, n) => Buffer.from(`key ${n}`)) : remove
        const removals = new Map(removed.map((key) => [String(key), key]))
        for (const name of puts.keys()) removals.delete(name)
        await store.commit({
          expect: expected ? [{ key: expected, stamp: undefined }] : [],
          put: [...puts.values()],
          remove: [...removals.values()],
        })
        await expect(checkLmdbHeader(systemDisk, join(path, 'data.mdb'))).resolves.toBeGreaterThan(0)
      }
    }),
    { numRuns: 20 },
  )
})
