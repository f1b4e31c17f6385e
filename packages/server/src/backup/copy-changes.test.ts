import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../base/seeded-random.ts'
import { openLmdb } from '../metadata/engines/lmdb.ts'
import { temporaryFolder } from '../metadata/engines/temporary-folder.suite.ts'
import { BackupOfMemory } from './backup-of-memory.suite.ts'

type Random = ReturnType<typeof seededRandom>

function numberBelow(random: Random, end: number): number {
  return random.bytes(4).readUInt32LE() % end
}

async function filled(metadata: BackupOfMemory['metadata'], rows: number): Promise<BackupOfMemory> {
  const store = new BackupOfMemory(metadata)
  await store.begin()
  await Promise.all(Array.from({ length: rows }, (_, index) => store.putRow(nameOf(index), `first ${index}`)))
  return store
}

function nameOf(index: number): string {
  return `row ${String(index).padStart(6, '0')}`
}

/** Some rows are written, some go, now and then a whole range of them; blobs come and go. */
async function change(store: BackupOfMemory, random: Random, rows: number, blobs: string[]): Promise<void> {
  const some = Array.from({ length: numberBelow(random, 12) }, () => numberBelow(random, rows))
  await Promise.all(
    some.map((index) => store.putInline(nameOf(index), `at ${index}: `.repeat(1 + (index % 90)))),
  )
  const from = numberBelow(random, rows)
  const goneRows = numberBelow(random, 8) === 0 ? rows / 10 : 3
  await Promise.all(Array.from({ length: goneRows }, (_, index) => store.removeRow(nameOf(from + index))))
  await store.putInline(`inline-${random.bytes(8).toString('hex')}`, `small ${from}`)
  if (numberBelow(random, 2) === 0) blobs.push(await store.addBlob(`blob of ${from}`))
  const gone = numberBelow(random, 3) === 0 ? blobs.shift() : undefined
  if (gone !== undefined) await store.removeBlob(gone)
}

describe('a moment that is told by what changed', () => {
  it(
    'brings back what was there, whatever came before, also after backups that were cut off',
    { timeout: 120_000 },
    async () => {
      const ROWS = 3000
      const random = seededRandom('what changed')
      await using metadata = await openLmdb({ path: await temporaryFolder() })
      const store = await filled(metadata, ROWS)
      const blobs: string[] = []
      const taken = new Map<number, Awaited<ReturnType<BackupOfMemory['holdings']>>>()
      let told = 0
      for (let round = 1; round <= 45; round++) {
        for (let count = numberBelow(random, 4); count > 0; count--) await change(store, random, ROWS, blobs)
        // Now and then one is cut off before, wherever that is.
        if (numberBelow(random, 3) === 0) {
          store.disk.diesAtCall = store.disk.calls.length + numberBelow(random, 40)
          await store.backUp({ keep: 3 }).catch(() => undefined)
          store.disk.diesAtCall = Infinity
          store.platter.crash(random)
          for (let count = numberBelow(random, 4); count > 0; count--)
            await change(store, random, ROWS, blobs)
        }
        const { moment } = await store.backUp({ keep: 3 })
        taken.set(moment.number, await store.holdings())
        expect(moment.blobs).toBe(blobs.length)
        if (moment.below) told++
        if (round % 5 !== 0) continue
        for (const number of await (await store.folder()).numbers())
          expect(await store.restored(number)).toEqual(taken.get(number))
      }
      expect(told).toBeGreaterThan(30)
      expect(told).toBeLessThan(45)
    },
  )

  it('writes little, and reads no index twice, where little changed', async () => {
    await using metadata = await openLmdb({ path: await temporaryFolder() })
    const store = await filled(metadata, 3000)
    const first = await store.backUp()
    await store.putRow(nameOf(1500), 'anew')
    await store.removeRow(nameOf(7))
    const { moment, progress } = await store.backUp()
    expect(moment.below).toEqual([{ number: 1, index: first.moment.index }])
    expect(moment.index.sizeBytes).toBeLessThan(400)
    expect(progress.newRowBytes).toBeLessThan(400)
    expect(moment.rows).toBe(first.moment.rows - 1)
  })

  it('is not believed where the store was set back with its file system, and went on otherwise', async () => {
    const random = seededRandom('set back')
    const path = await temporaryFolder()
    let metadata = await openLmdb({ path })
    const store = await filled(metadata, 2000)
    await store.backUp()
    await metadata[Symbol.asyncDispose]()
    const file = join(path, 'data.mdb')
    const then = await readFile(file)
    for (const turn of ['one way', 'another']) {
      await overwrite(file, then)
      metadata = await openLmdb({ path })
      store.metadata = metadata
      for (let index = 0; index < 40; index++)
        await store.putRow(nameOf(numberBelow(random, 2000)), `${turn} ${index}`)
      const { moment } = await store.backUp()
      expect(moment.below === undefined).toBe(turn === 'another')
      expect(await store.restored()).toEqual(await store.holdings())
      await metadata[Symbol.asyncDispose]()
    }
  })
})

/** The same file, as a file system that is set back has it. */
async function overwrite(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, 'r+')
  await file.truncate(0)
  await file.writev([bytes])
  await file.close()
}
