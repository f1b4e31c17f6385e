import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Disk, systemDisk } from './disk.ts'
import { MemoryDisk } from './memory-disk.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'holdfast-disk-'))
})
afterAll(() => rm(root, { recursive: true }))

test('a file past the cache has the same bytes, whether or not the folder takes it', async () => {
  const path = join(root, 'past')
  const bytes = Buffer.alloc(2_500_000, 'holdfast')
  const file = await systemDisk.create(path)
  await file.bypassCache?.()
  await file.append([bytes.subarray(0, 700_001)])
  await file.sync()
  await file.append([bytes.subarray(700_001)])
  await file.sync()
  await file.close()
  expect((await readFile(path)).equals(bytes)).toBe(true)
})

// The disk in memory is worth something only as far as it does what the real one does.
describe.each([
  { name: 'system', open: (): Disk => systemDisk },
  { name: 'memory', open: (): Disk => new MemoryDisk() },
])('$name disk', ({ name, open }) => {
  test('writes, syncs, renames, reads, lists and removes', async () => {
    const disk = open()
    const directory = join(root, name, 'deep')
    const path = join(directory, 'one')
    await disk.makeDirectory(directory)
    await disk.makeDirectory(directory)
    const file = await disk.create(path, 0o600)
    await file.append([Buffer.from('hold'), Buffer.alloc(0), Buffer.from('fast')])
    await file.append([Buffer.from('!')])
    await file.sync()
    expect(await file.size()).toBe(9)
    await file.close()
    await disk.rename(path, join(directory, 'two'))
    await disk.syncDirectory(directory)
    expect(await disk.list(directory)).toEqual(['two'])
    expect(Math.abs((await disk.modifiedAt(join(directory, 'two'))).getTime() - Date.now())).toBeLessThan(
      60_000,
    )
    await disk.link(join(directory, 'two'), path)
    await disk.remove(path)
    const reading = await disk.openForRead(join(directory, 'two'))
    const buffer = Buffer.alloc(20)
    expect(await reading.read(buffer, 4)).toBe(5)
    expect(buffer.toString('latin1', 0, 5)).toBe('fast!')
    expect(await reading.read(buffer, 9)).toBe(0)
    await disk.remove(join(directory, 'two'))
    expect(await reading.read(buffer, 0)).toBe(9)
    await reading.close()
    expect(await disk.list(directory)).toEqual([])
  })

  test('errors carry their codes', async () => {
    const disk = open()
    const directory = join(root, name, 'errors')
    const path = join(directory, 'here')
    await disk.makeDirectory(directory)
    await (await disk.create(path)).close()
    const missing = join(directory, 'missing')
    await expect(disk.create(path)).rejects.toMatchObject({ code: 'EEXIST' })
    await expect(disk.create(join(missing, 'file'))).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(disk.openForRead(missing)).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(disk.rename(missing, path)).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(disk.link(missing, path)).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(disk.link(path, path)).rejects.toMatchObject({ code: 'EEXIST' })
    await expect(disk.remove(missing)).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(disk.modifiedAt(missing)).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(disk.list(missing)).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(disk.list(path)).rejects.toMatchObject({ code: 'ENOTDIR' })
    await expect(disk.makeDirectory(path)).rejects.toMatchObject({ code: 'EEXIST' })
    await expect(disk.syncDirectory(missing)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

test('folders are made all together, by several at once, with the mode that was asked for', async () => {
  const path = join(root, 'many', 'folders', 'deep')
  await Promise.all(Array.from({ length: 8 }, () => systemDisk.makeDirectory(path, 0o700)))
  for (const folder of [path, join(root, 'many')]) expect((await stat(folder)).mode & 0o777).toBe(0o700)
  await expect(systemDisk.makeDirectory(join(root, 'many', 'folders', 'deep', ''))).resolves.toBeUndefined()
})

test.runIf(process.platform === 'linux')('a folder that the system makes for nobody is refused', async () => {
  await expect(systemDisk.makeDirectory('/proc/holdfast/data')).rejects.toMatchObject({ code: 'ENOENT' })
})
