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
const VERSION_BYTES = 8
const snapshots = { useReadTransaction: () => ({ done: () => {} }) }

function keyOf(number: number): string {
  return `a key as long as many are ${String(number).padStart(6, '0')}`
}

async function fill(path: string): Promise<{ readonly key: Uint8Array; readonly value: Uint8Array }[]> {
  await using store = await openLmdb({ path })
  const random = seededRandom('rows')
  const put = Array.from({ length: ROWS }, (_, index) =>
    putOf(store, inlineBytes, [keyOf(index)], random.bytes(100)),
  )
  await store.commit({ expect: [], put: put.slice(0, ROWS / 2), remove: [] })
  await store.commit({ expect: [], put: put.slice(ROWS / 2), remove: [] })
  return put
}

async function lookAt(path: string): Promise<LmdbLook> {
  const look = new LmdbLook({ disk: systemDisk, path, snapshots, clock: systemClock })
  // Opens the file.
  await look.onward(undefined, 1)
  return look
}

test('a way is told to be whole where the walk that can say what is wrong finds nothing, and else only where its own row is there', async () => {
  const folder = await temporaryFolder()
  const rows = await fill(folder)
  const file = join(folder, 'data.mdb')
  const whole = await lookAt(file)
  expect(rows.filter(({ key }) => !whole.isWholeTo(key))).toEqual([])
  const absent = Array.from({ length: ROWS }, (_, index) => inlineBytes.key(`${keyOf(index)} and none`))
  const ends = [inlineBytes.key('a'), inlineBytes.key('z')]
  expect([...absent, ...ends].filter((key) => !whole.isWholeTo(key))).toEqual([])
  await whole.close()

  const used = Math.ceil((await readFile(file)).findLastIndex((byte) => byte !== 0) / PAGE_BYTES)
  const random = seededRandom('ways')
  const copy = join(folder, 'copy.mdb')
  const told = { whole: 0, besideDamage: 0, broken: 0 }
  for (let attempt = 0; attempt < 16; attempt++) {
    await copyFile(file, copy)
    const handle = await open(copy, 'r+')
    for (let damage = 0; damage < DAMAGES; damage++) {
      const page = 2 + (random.bytes(4).readUInt32LE() % (used - 2))
      const within = random.bytes(2).readUInt16LE() % (attempt % 2 === 0 ? 64 : PAGE_BYTES)
      await handle.write(random.bytes(2), 0, 2, page * PAGE_BYTES + within)
    }
    await handle.close()
    const bytes = await readFile(copy)
    const look = await lookAt(copy)
    for (let at = attempt; at < rows.length; at += KEYS_BETWEEN) {
      const { key, value } = rows[at] ?? { key: Buffer.of(0), value: Buffer.of(0) }
      const found = await look.onward(key, 1)
      const isWhole = look.isWholeTo(key)
      const isFound = found.damages.length + found.rows.length > 0
      // What is told to be whole leads to the row, whatever is wrong beside it.
      expect({ attempt, at, isWhole }).toEqual({
        attempt,
        at,
        isWhole: !isFound || (isWhole && isIn(bytes, key, value)),
      })
      told[isWhole ? (isFound ? 'besideDamage' : 'whole') : 'broken']++
    }
    await look.close()
  }
  expect(told).toEqual({ whole: 671, besideDamage: 32, broken: 77 })
})

/** Whether a row stands in the file as it was written. */
function isIn(file: Buffer, key: Uint8Array, value: Uint8Array): boolean {
  const at = file.indexOf(value) - VERSION_BYTES
  return at > 0 && Buffer.compare(file.subarray(at - key.length, at), key) === 0
}
