import { expect, test } from 'vitest'
import type { Disk } from './disk.ts'
import { MemoryDisk } from './memory-disk.ts'
import { seededRandom } from './seeded-random.ts'

/** What many power cuts at this point leave of `/a/file`: its text, or undefined where it is gone. */
async function outcomes(before: (disk: MemoryDisk) => Promise<void>): Promise<Set<string | undefined>> {
  const seen = new Set<string | undefined>()
  for (let seed = 0; seed < 200; seed++) {
    const disk = new MemoryDisk()
    await disk.makeDirectory('/a')
    await disk.syncDirectory('/')
    await before(disk)
    disk.crash(seededRandom(String(seed)))
    seen.add(await text(disk, '/a/file'))
  }
  return seen
}

async function text(disk: Disk, path: string): Promise<string | undefined> {
  const file = await disk.openForRead(path).catch(() => undefined)
  if (!file) return undefined
  const buffer = Buffer.alloc(await file.size())
  await file.read(buffer, 0)
  return buffer.toString('latin1')
}

async function write(disk: Disk, path: string, sync: boolean): Promise<void> {
  const file = await disk.create(path)
  await file.append([Buffer.from('ab')])
  if (sync) await file.sync()
  await file.close()
}

test('neither synced: anything between nothing and all of it', async () => {
  const seen = await outcomes((disk) => write(disk, '/a/file', false))
  expect(seen).toEqual(new Set([undefined, '', 'a', 'ab', '\0', '\0\0']))
})

test('only the name synced: the name stays, the bytes are anything', async () => {
  const seen = await outcomes(async (disk) => {
    await write(disk, '/a/file', false)
    await disk.syncDirectory('/a')
  })
  expect(seen).toEqual(new Set(['', 'a', 'ab', '\0', '\0\0']))
})

test('only the bytes synced: all or nothing', async () => {
  const seen = await outcomes((disk) => write(disk, '/a/file', true))
  expect(seen).toEqual(new Set([undefined, 'ab']))
})

test('both synced: it is there', async () => {
  const seen = await outcomes(async (disk) => {
    await write(disk, '/a/file', true)
    await disk.syncDirectory('/a')
  })
  expect(seen).toEqual(new Set(['ab']))
})

test('a removal that is not synced may be undone', async () => {
  const seen = await outcomes(async (disk) => {
    await write(disk, '/a/file', true)
    await disk.syncDirectory('/a')
    await disk.remove('/a/file')
  })
  expect(seen).toEqual(new Set([undefined, 'ab']))
})

test('files open at the crash are dead', async () => {
  const disk = new MemoryDisk()
  const file = await disk.create('/file')
  disk.crash(seededRandom('any'))
  await expect(file.append([Buffer.from('a')])).rejects.toMatchObject({ code: 'EBADF' })
  await expect(file.sync()).rejects.toMatchObject({ code: 'EBADF' })
})

test('behind the end of a file there is nothing to read', async () => {
  const disk = new MemoryDisk()
  await disk.makeDirectory('/a')
  await write(disk, '/a/file', true)
  const file = await disk.openForRead('/a/file')
  expect(await file.read(Buffer.alloc(10), 1)).toBe(1)
  expect(await file.read(Buffer.alloc(10), 2)).toBe(0)
  expect(await file.read(Buffer.alloc(10), 3)).toBe(0)
})
