import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { open } from 'lmdb'
import { expect, test } from 'vitest'
import { systemDisk } from '../../base/disk.ts'
import { WHOLE_VALUE_BYTES } from '../key-limits.ts'
import type { OrderedStore } from '../ordered-store.ts'
import { checkLmdbHeader } from './lmdb-header.ts'
import { openLmdb } from './lmdb.ts'
import { temporaryFolder } from './temporary-folder.suite.ts'

const isLarge = process.env['HOLDFAST_TEST_LARGE'] === '1'
/** Only with many are there more free pages than a commit looks through. */
const OBJECTS = isLarge ? 3000 : 150
const ROUNDS = 5
const BLOCK_BYTES = 4096

/** Rows as four pieces of inline bytes leave them, spread over the store. */
function keysOf(object: number): Buffer[] {
  const name = String((object * 2_654_435_761) % 2 ** 32).padStart(10, '0')
  return [0, 1, 2, 3].map((piece) => Buffer.from(`${name}${piece}`))
}

async function fill(store: OrderedStore): Promise<void> {
  const value = Buffer.alloc(WHOLE_VALUE_BYTES, 7)
  for (let object = 0; object < OBJECTS; object += 16) {
    const some = Array.from({ length: 16 }, (_, index) => keysOf(object + index))
    await Promise.all(
      some.map((keys) => store.commit({ expect: [], put: keys.map((key) => ({ key, value })), remove: [] })),
    )
  }
}

/** One commit after the other, so that each frees and takes pages by itself. */
async function deleteMost(store: OrderedStore): Promise<void> {
  for (let object = 0; object < OBJECTS; object++)
    if (object % 10 !== 0) await store.commit({ expect: [], put: [], remove: keysOf(object) })
}

/** How much of its file LMDB has come to; zeros lie behind it (lmdb-room.ts). */
async function usedBytes(path: string): Promise<number> {
  const file = await readFile(join(path, 'data.mdb'))
  const zeros = Buffer.alloc(BLOCK_BYTES)
  let end = file.length
  while (file.subarray(end - BLOCK_BYTES, end).equals(zeros)) end -= BLOCK_BYTES
  return end
}

test('a store that is filled and emptied over and over does not grow', { timeout: 300_000 }, async () => {
  const path = await temporaryFolder()
  await using store = await openLmdb({ path })
  const sizes: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    await fill(store)
    await deleteMost(store)
    sizes.push(await usedBytes(path))
  }
  expect(Math.max(...sizes.slice(2))).toBeLessThanOrEqual((sizes[1] ?? 0) * 1.1)
})

test('a new store has pages that hold the largest common value, an older one keeps its own', async () => {
  const path = await temporaryFolder()
  const pageSizeBytes = async () => checkLmdbHeader(systemDisk, join(path, 'data.mdb'))
  const older = open<Uint8Array, Uint8Array>({
    path,
    noSubdir: false,
    pageSize: 4096,
    useVersions: true,
    keyEncoding: 'binary',
    encoding: 'binary',
  })
  await older.put(Buffer.from('key'), Buffer.alloc(9000, 1), 5)
  await older.close()
  {
    await using store = await openLmdb({ path })
    expect((await store.get(Buffer.from('key')))?.value).toEqual(Buffer.alloc(9000, 1))
    expect(await pageSizeBytes()).toBe(4096)
  }
  const fresh = join(path, 'fresh')
  await using store = await openLmdb({ path: fresh })
  await store.commit({ expect: [], put: [{ key: Buffer.from('key'), value: Buffer.of(1) }], remove: [] })
  expect(await checkLmdbHeader(systemDisk, join(fresh, 'data.mdb'))).toBeGreaterThan(WHOLE_VALUE_BYTES)
})
