import { copyFile, open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { systemDisk } from '../../base/disk.ts'
import { seededRandom } from '../../base/seeded-random.ts'
import { checkLmdbPages } from './lmdb-pages.ts'
import { openLmdb } from './lmdb.ts'
import { temporaryFolder } from './temporary-folder.suite.ts'

const PAGE_BYTES = 8192

/** Writes and removes at random: values of a few bytes and of many pages, so that pages are freed and used again. */
async function churn(path: string, rounds: number, during: (round: number) => Promise<void>): Promise<void> {
  const random = seededRandom(path)
  await using store = await openLmdb({ path })
  for (let round = 0; round < rounds; round++) {
    const keys = Array.from({ length: 60 }, () => Buffer.concat([Buffer.of(1), random.bytes(2)]))
    const put = keys.slice(20).map((key, index) => ({
      key,
      value: random.bytes(index % 10 === 0 ? 1 + (random.bytes(2).readUInt16LE() % 20_000) : 40),
    }))
    await store.commit({ expect: [], put, remove: keys.slice(0, 20) })
    await during(round)
  }
}

describe('checkLmdbPages', () => {
  it('finds nothing wrong with a file at any moment that LMDB rests', async () => {
    const path = await temporaryFolder()
    let checked = 0
    await churn(path, 200, async (round) => {
      if (round % 10 !== 0) return
      await checkLmdbPages(systemDisk, join(path, 'data.mdb'))
      checked++
    })
    expect(checked).toBe(20)
  })

  it('finds nothing wrong where a shorter value took the pages of a longer one', async () => {
    const path = await temporaryFolder()
    await using store = await openLmdb({ path })
    const key = Buffer.from('key')
    const putOf = (size: number) =>
      store.commit({ expect: [], put: [{ key, value: Buffer.alloc(size, 1) }], remove: [] })
    // What is committed together is one transaction of LMDB.
    await Promise.all([50_000, 20_000].map(putOf))
    await expect(checkLmdbPages(systemDisk, join(path, 'data.mdb'))).resolves.toBeUndefined()
    expect((await store.get(key))?.value).toHaveLength(20_000)
  })

  it('finds nothing wrong with one that is not there, empty, or new', async () => {
    const path = await temporaryFolder()
    const file = join(path, 'data.mdb')
    await checkLmdbPages(systemDisk, file)
    await writeFile(file, '')
    await checkLmdbPages(systemDisk, file)
    await (await openLmdb({ path }))[Symbol.asyncDispose]()
    await expect(checkLmdbPages(systemDisk, file)).resolves.toBeUndefined()
  })

  it('finds a file that was copied in pieces while commits went on', async () => {
    const path = await temporaryFolder()
    const file = join(path, 'data.mdb')
    const pieces: Buffer[] = []
    await churn(path, 200, async (round) => {
      if (round < 160) return
      const now = await readFile(file)
      const pieceBytes = Math.ceil(now.length / 40 / PAGE_BYTES) * PAGE_BYTES
      pieces.push(now.subarray((round - 160) * pieceBytes, (round - 159) * pieceBytes))
    })
    const copy = join(path, 'copy.mdb')
    await writeFile(copy, Buffer.concat(pieces))
    await expect(checkLmdbPages(systemDisk, copy)).rejects.toMatchObject({ kind: 'corrupt' })
    await writeFile(copy, Buffer.concat(pieces.toReversed()))
    await expect(checkLmdbPages(systemDisk, copy)).rejects.toMatchObject({ kind: 'corrupt' })
  })

  it('takes garbage in any page for what it is, and never throws anything else', async () => {
    const path = await temporaryFolder()
    await churn(path, 60, async () => {})
    const file = join(path, 'data.mdb')
    const random = seededRandom('garbage')
    const copy = join(path, 'copy.mdb')
    // Behind what LMDB has come to there is room, which nothing reads.
    const usedPages = Math.ceil((await readFile(file)).findLastIndex((byte) => byte !== 0) / PAGE_BYTES)
    let found = 0
    for (let attempt = 0; attempt < 100; attempt++) {
      await copyFile(file, copy)
      const handle = await open(copy, 'r+')
      // Half of them in the heads of pages, where bytes mean most.
      const page = 2 + (random.bytes(4).readUInt32LE() % (usedPages - 2))
      const within = random.bytes(2).readUInt16LE() % (attempt % 2 === 0 ? 64 : PAGE_BYTES)
      await handle.write(random.bytes(8), 0, 8, page * PAGE_BYTES + within)
      await handle.close()
      const fault: unknown = await checkLmdbPages(systemDisk, copy).catch((error: unknown) => error)
      if (fault === undefined) continue
      expect(fault).toMatchObject({ name: 'StorageFault', kind: 'corrupt' })
      found++
    }
    expect(found).toBeGreaterThan(3)
  })
})
