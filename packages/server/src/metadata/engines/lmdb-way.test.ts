import { copyFile, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { systemClock } from '../../base/clock.ts'
import { systemDisk } from '../../base/disk.ts'
import { seededRandom } from '../../base/seeded-random.ts'
import { putOf } from '../transaction.ts'
import { inlineBytes } from '../tables/tables.ts'
import { openLmdb } from './lmdb.ts'
import { LmdbLook } from './lmdb-look.ts'
import { temporaryFolder } from './temporary-folder.suite.ts'

const PAGE_BYTES = 8192
const ROWS = 1500
const KEYS_BETWEEN = 31
const DAMAGES = 3
const snapshots = { useReadTransaction: () => ({ done: () => {} }) }

function keyOf(number: number): string {
  return `a key as long as many are ${String(number).padStart(6, '0')}`
}

async function fill(path: string): Promise<Uint8Array[]> {
  await using store = await openLmdb({ path })
  const random = seededRandom('rows')
  const put = Array.from({ length: ROWS }, (_, index) =>
    putOf(store, inlineBytes, [keyOf(index)], random.bytes(100)),
  )
  await store.commit({ expect: [], put: put.slice(0, ROWS / 2), remove: [] })
  await store.commit({ expect: [], put: put.slice(ROWS / 2), remove: [] })
  return put.map(({ key }) => key)
}

async function lookAt(path: string): Promise<LmdbLook> {
  const look = new LmdbLook({ disk: systemDisk, path, snapshots, clock: systemClock })
  // Opens the file.
  await look.onward(undefined, 1)
  return look
}

test('a way is told to be whole where the walk that can say what is wrong finds nothing, and nowhere else', async () => {
  const folder = await temporaryFolder()
  const keys = await fill(folder)
  const file = join(folder, 'data.mdb')
  const whole = await lookAt(file)
  expect(keys.filter((key) => !whole.isWholeTo(key))).toEqual([])
  await whole.close()

  const used = Math.ceil((await readFile(file)).findLastIndex((byte) => byte !== 0) / PAGE_BYTES)
  const random = seededRandom('ways')
  const copy = join(folder, 'copy.mdb')
  const told = { whole: 0, broken: 0 }
  for (let attempt = 0; attempt < 16; attempt++) {
    await copyFile(file, copy)
    const handle = await open(copy, 'r+')
    for (let damage = 0; damage < DAMAGES; damage++) {
      const page = 2 + (random.bytes(4).readUInt32LE() % (used - 2))
      const within = random.bytes(2).readUInt16LE() % (attempt % 2 === 0 ? 64 : PAGE_BYTES)
      await handle.write(random.bytes(2), 0, 2, page * PAGE_BYTES + within)
    }
    await handle.close()
    const look = await lookAt(copy)
    for (let at = attempt; at < keys.length; at += KEYS_BETWEEN) {
      const key = keys[at] ?? Buffer.of(0)
      const { damages, rows } = await look.onward(key, 1)
      const isWhole = look.isWholeTo(key)
      expect({ attempt, at, isWhole }).toEqual({ attempt, at, isWhole: damages.length + rows.length === 0 })
      told[isWhole ? 'whole' : 'broken']++
    }
    await look.close()
  }
  // As many as a walk found that read each page into keys and values before it looked at any.
  expect(told).toEqual({ whole: 671, broken: 109 })
})
