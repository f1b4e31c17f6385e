import { join } from 'node:path'
import { expect, test } from 'vitest'
import { systemClock } from '../../base/clock.ts'
import { systemDisk } from '../../base/disk.ts'
import { FaultyDisk } from '../../base/faulty-disk.ts'
import { openLmdb } from './lmdb.ts'
import { LmdbLook } from './lmdb-look.ts'
import { temporaryFolder } from './temporary-folder.suite.ts'

test('a file that could not be opened is opened by the next look, once, and closed', async () => {
  const folder = await temporaryFolder()
  const key = Buffer.of(1)
  await using store = await openLmdb({ path: folder })
  await store.commit({ expect: [], put: [{ key, value: key }], remove: [] })
  const disk = new FaultyDisk(systemDisk)
  const snapshots = { useReadTransaction: () => ({ done: () => {} }) }
  const look = new LmdbLook({ disk, path: join(folder, 'data.mdb'), snapshots, clock: systemClock })
  const heal = disk.inject({ operation: 'openForRead', code: 'EMFILE' })
  await expect(look.onward(undefined)).rejects.toMatchObject({ code: 'EMFILE' })
  expect(look.isWholeTo(key)).toBe(false)
  heal()
  const [found] = await Promise.all([look.onward(undefined), look.onward(key)])
  expect(found.damages).toEqual([])
  // The meta pages are read by a file of their own each time, which is closed.
  expect(disk.openFiles).toBe(1)
  await look.close()
  expect(disk.openFiles).toBe(0)
})
