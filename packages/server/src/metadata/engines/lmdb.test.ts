import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, stat, truncate, writeFile, open } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { StorageFault } from '../../base/storage-fault.ts'
import type { Entry, OrderedStore } from '../ordered-store.ts'
import { increment, selfTellingRow } from './lmdb-child.suite.ts'
import { openLmdb } from './lmdb.ts'
import { temporaryFolder } from './temporary-folder.suite.ts'

const CHILD = fileURLToPath(new URL('lmdb-child.suite.ts', import.meta.url))

/** The two meta pages, behind which everything lies. */
const META_BYTES = 2 * 8192

/** Runs the child program; with a limit, no file of its may grow beyond that many 512-byte blocks. */
function run(task: string, path: string, name: string, limitBlocks?: number): ChildProcess {
  const command = [process.execPath, CHILD, task, path, name]
  const limited = ['-c', `trap '' XFSZ; ulimit -f ${limitBlocks}; exec "$@"`, 'sh', ...command]
  const [program = '', ...rest] = limitBlocks === undefined ? command : ['sh', ...limited]
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'ignore'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

async function* linesOf(child: ChildProcess): AsyncGenerator<string> {
  if (child.stdout) yield* createInterface({ input: child.stdout })
}

async function everything(store: OrderedStore): Promise<Entry[]> {
  return store.scan({ start: Buffer.alloc(0), end: Buffer.from([0xff]), limit: 100_000 })
}

function isWhole(entry: Entry | undefined, row: { key: Buffer; value: Buffer }): boolean {
  return entry !== undefined && Buffer.compare(entry.value, row.value) === 0
}

/** How many of the pairs of rows are not there or not whole. */
async function countBroken(store: OrderedStore, name: string, numbers: readonly number[]): Promise<number> {
  const rows = numbers.flatMap((number) => [
    selfTellingRow(name, number, 'a'),
    selfTellingRow(name, number, 'b'),
  ])
  const entries = await store.getMany(rows.map(({ key }) => key))
  return rows.filter((row, index) => !isWhole(entries[index], row)).length
}

/** The numbers of the pairs of which the store holds a row. */
function numbersIn(entries: readonly Entry[]): number[] {
  return [...new Set(entries.map(({ key }) => Number(Buffer.from(key).toString().split(' ')[1])))]
}

describe('a killed writer', () => {
  test('leaves every acknowledged commit whole and no half of another', async () => {
    const path = await temporaryFolder()
    // Open all the while, so that the lock of the dead is inherited by the living.
    await using witness = await openLmdb({ path })
    for (const [round, acknowledgements] of [30, 75, 130].entries()) {
      const child = run('write', path, `round${round}`)
      const acknowledged: number[] = []
      for await (const line of linesOf(child)) {
        acknowledged.push(Number(line))
        if (acknowledged.length === acknowledgements) child.kill('SIGKILL')
      }
      expect(acknowledged.length).toBeGreaterThanOrEqual(acknowledgements)
      expect(await countBroken(witness, `round${round}`, acknowledged)).toBe(0)
      await using fresh = await openLmdb({ path })
      const found = await fresh.scan({
        start: Buffer.from(`round${round}`),
        end: Buffer.from(`round${round}~`),
        limit: 1e5,
      })
      expect(await countBroken(fresh, `round${round}`, numbersIn(found))).toBe(0)
      await increment(witness)
    }
  })
})

describe('two processes on one folder', () => {
  test('see each other’s commits at once', async () => {
    const path = await temporaryFolder()
    await using store = await openLmdb({ path })
    const child = run('write', path, 'theirs')
    let seen = 0
    for await (const line of linesOf(child)) {
      // Reading before and after keeps a snapshot warm that must not be answered from.
      expect(await countBroken(store, 'theirs', [Number(line)])).toBe(0)
      if (++seen === 100) child.kill('SIGKILL')
    }
    expect(seen).toBeGreaterThanOrEqual(100)
  })

  test('do not lose each other’s updates', async () => {
    const path = await temporaryFolder()
    await using store = await openLmdb({ path })
    const child = run('increment', path, '')
    const ended = once(child, 'exit')
    for (let round = 0; round < 100; round++) await increment(store)
    expect(await ended).toEqual([0, null])
    expect(String((await store.get(Buffer.from('count')))?.value)).toBe('200')
  })

  test('grow past the size that either began with', async () => {
    const path = await temporaryFolder()
    await using store = await openLmdb({ path, mapSizeBytes: 2 ** 17 })
    await using other = await openLmdb({ path, mapSizeBytes: 2 ** 17 })
    const child = run('write', path, 'theirs')
    const value = Buffer.alloc(2 ** 20, 'much')
    for (let number = 0; number < 8; number++) {
      const key = Buffer.from(`ours ${number}`)
      await store.commit({ expect: [], put: [{ key, value }], remove: [] })
      expect(isWhole(await other.get(key), { key, value })).toBe(true)
    }
    let seen = 0
    for await (const line of linesOf(child)) {
      expect(await countBroken(store, 'theirs', [Number(line)])).toBe(0)
      if (++seen === 200) child.kill('SIGKILL')
    }
    expect((await stat(join(path, 'data.mdb'))).size).toBeGreaterThan(8 * value.length)
  })
})

describe('a disk without space', () => {
  test('is a full fault, and the store goes on with all it had', async () => {
    const path = await temporaryFolder()
    const lines: string[] = []
    for await (const line of linesOf(run('fill', path, 'row', 900))) lines.push(line)
    expect(lines).toEqual(['full', `${selfTellingRow('row', 1, 'a').value.length},`, 'true'])
    await using store = await openLmdb({ path })
    expect(await everything(store)).toHaveLength(2)
    expect(await countBroken(store, 'row', [1])).toBe(0)
  })
})

describe('a folder that is not what it should be', () => {
  test.each([
    ['of something else', Buffer.alloc(100_000, 'something else')],
    ['all zeros', Buffer.alloc(100_000)],
    ['too short', Buffer.alloc(20)],
  ])('a data file %s is a corrupt fault, and stays as it is', async (_, content) => {
    const path = await temporaryFolder()
    await writeFile(join(path, 'data.mdb'), content)
    await expect(openLmdb({ path })).rejects.toMatchObject({ name: 'StorageFault', kind: 'corrupt' })
    expect(await readFile(join(path, 'data.mdb'))).toEqual(content)
  })

  test('a data file that is cut off is a corrupt fault', async () => {
    const path = await temporaryFolder()
    const store = await openLmdb({ path })
    await store.commit({ expect: [], put: [selfTellingRow('row', 5, 'a')], remove: [] })
    await store[Symbol.asyncDispose]()
    await truncate(join(path, 'data.mdb'), META_BYTES)
    await expect(openLmdb({ path })).rejects.toMatchObject({ kind: 'corrupt' })
  })

  test('damaged pages are corrupt faults, for reads and for writes', async () => {
    const path = await temporaryFolder()
    const store = await openLmdb({ path })
    const put = Array.from({ length: 100 }, (_, number) => selfTellingRow('row', number, 'a'))
    await store.commit({ expect: [], put, remove: [] })
    await store[Symbol.asyncDispose]()
    await using damaged = await openLmdb({ path })
    // As long as it is open: a start would find out.
    await using file = await open(join(path, 'data.mdb'), 'r+')
    await file.write(Buffer.alloc((await file.stat()).size - META_BYTES), 0, null, META_BYTES)
    const corrupt = expect.objectContaining({ name: 'StorageFault', kind: 'corrupt' }) as unknown
    await expect(damaged.get(Buffer.from('row'))).rejects.toEqual(corrupt)
    await expect(everything(damaged)).rejects.toEqual(corrupt)
    await expect(damaged.commit({ expect: [], put: put.slice(0, 1), remove: [] })).rejects.toEqual(corrupt)
  })

  test('a file in its place is an unavailable fault', async () => {
    const path = join(await temporaryFolder(), 'file')
    await writeFile(path, 'a file')
    await expect(openLmdb({ path })).rejects.toThrow(StorageFault)
    await expect(openLmdb({ path })).rejects.toMatchObject({ kind: 'unavailable' })
  })

  test('a missing folder is made, for its owner alone', async () => {
    const path = join(await temporaryFolder(), 'above', 'folder.with.dots')
    await using store = await openLmdb({ path })
    expect(await everything(store)).toEqual([])
    const modes = await Promise.all(
      [path, join(path, 'data.mdb'), join(path, 'lock.mdb')].map((name) => stat(name)),
    )
    expect(modes.map(({ mode }) => mode & 0o077)).toEqual([0, 0, 0])
  })
})

test('a store that is opened again has what was committed, with the same stamps', async () => {
  const path = await temporaryFolder()
  await mkdir(join(path, 'store'))
  const first = await openLmdb({ path: join(path, 'store') })
  await first.commit({
    expect: [],
    put: [selfTellingRow('row', 1, 'a'), selfTellingRow('row', 2, 'a')],
    remove: [],
  })
  const before = await everything(first)
  await first[Symbol.asyncDispose]()
  await using again = await openLmdb({ path: join(path, 'store') })
  expect(await everything(again)).toEqual(before)
})

/** The number of the last write transaction, from the two meta pages. */
async function transactionsOf(path: string): Promise<number> {
  const file = await readFile(join(path, 'data.mdb'))
  const pageSizeBytes = file.readUInt32LE(48)
  return Math.max(...[0, pageSizeBytes].map((start) => Number(file.readBigUInt64LE(start + 152))))
}

test('what was read is compared at once', async () => {
  await using store = await openLmdb({ path: await temporaryFolder() })
  const key = Buffer.from('k')
  await store.commit({ expect: [], put: [{ key, value: key }], remove: [] })
  const stamp = (await store.get(key))?.stamp
  expect(store.isAsRead?.([{ key, stamp }])).toBe(true)
  await store.commit({ expect: [], put: [{ key, value: key }], remove: [] })
  expect(store.isAsRead?.([{ key, stamp }])).toBe(false)
})

test('commits that come together share a write to disk', async () => {
  const path = await temporaryFolder()
  await using store = await openLmdb({ path })
  const before = await transactionsOf(path)
  const rows = Array.from({ length: 2000 }, (_, number) => selfTellingRow('row', number, 'a'))
  const won = await Promise.all(rows.map((row) => store.commit({ expect: [], put: [row], remove: [] })))
  expect(won).not.toContain(false)
  expect(await everything(store)).toHaveLength(2000)
  expect((await transactionsOf(path)) - before).toBeLessThan(200)
})
