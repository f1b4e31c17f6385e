import { expect, test } from 'vitest'
import { makeDurableDirectory } from './durable-directory.ts'
import { FaultyDisk } from './faulty-disk.ts'
import { MemoryDisk } from './memory-disk.ts'
import { seededRandom } from './seeded-random.ts'

async function fileIn(disk: MemoryDisk, folder: string): Promise<void> {
  const file = await disk.create(`${folder}/file`)
  await file.sync()
  await disk.syncDirectory(folder)
}

test('no power cut takes the folder, nor those that were made above it', async () => {
  for (let seed = 0; seed < 50; seed++) {
    const disk = new MemoryDisk()
    await makeDurableDirectory(disk, '/new/folders/data', 0o700)
    await fileIn(disk, '/new/folders/data')
    disk.crash(seededRandom(String(seed)))
    expect(await disk.list('/new/folders/data')).toEqual(['file'])
  }
})

test('one that was made by somebody who died is made durable too', async () => {
  for (let seed = 0; seed < 50; seed++) {
    const disk = new MemoryDisk()
    await disk.makeDirectory('/new/data')
    await makeDurableDirectory(disk, '/new/data', 0o700)
    await fileIn(disk, '/new/data')
    disk.crash(seededRandom(String(seed)))
    expect(await disk.list('/new/data')).toEqual(['file'])
  }
})

test('a folder above that may not be read is none of ours; a disk that fails is told', async () => {
  const disk = new FaultyDisk(new MemoryDisk())
  const heal = disk.inject({ operation: 'syncDirectory', path: /^\/$/, code: 'EACCES' })
  await makeDurableDirectory(disk, '/srv/data', 0o700)
  heal()
  disk.inject({ operation: 'syncDirectory', path: /^\/srv$/, code: 'EIO' })
  await expect(makeDurableDirectory(disk, '/srv/data', 0o700)).rejects.toMatchObject({ code: 'EIO' })
})
