import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { systemDisk } from '../../base/disk.ts'
import { openLmdb } from './lmdb.ts'
import { checkLmdbHeader } from './lmdb-header.ts'
import { temporaryFolder } from './temporary-folder.suite.ts'

test('every byte of the head of a meta page is what was written, or the file is refused', async () => {
  const path = await temporaryFolder()
  {
    await using store = await openLmdb({ path })
    await store.commit({ expect: [], put: [{ key: Buffer.from('key'), value: Buffer.of(1) }], remove: [] })
  }
  const file = join(path, 'data.mdb')
  const pageBytes = (await checkLmdbHeader(systemDisk, file)) ?? expect.fail('there is a file')
  await using handle = await open(file, 'r+')
  for (const page of [0, 1]) {
    for (let at = page * pageBytes; at < page * pageBytes + 24; at++) {
      const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, at)
      await handle.write(Buffer.of((buffer[0] ?? 0) ^ 4), 0, 1, at)
      await expect(checkLmdbHeader(systemDisk, file)).rejects.toMatchObject({ kind: 'corrupt' })
      await handle.write(buffer, 0, 1, at)
    }
  }
  expect(await checkLmdbHeader(systemDisk, file)).toBe(pageBytes)
})
