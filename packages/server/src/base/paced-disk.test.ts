import { expect, it } from 'vitest'
import { MemoryDisk } from './memory-disk.ts'
import { PacedDisk } from './paced-disk.ts'

it('asks before each write, for files that are new and files that go on, and writes nothing before', async () => {
  const inner = new MemoryDisk()
  const asked: number[] = []
  let letGo = (): void => {}
  const disk = new PacedDisk(inner, (bytes) => {
    asked.push(bytes)
    return new Promise((resolve) => (letGo = resolve))
  })
  await disk.makeDirectory('/d')
  const file = await disk.create('/d/file')
  const writing = file.append([Buffer.alloc(3), Buffer.alloc(4)])
  await new Promise(setImmediate)
  expect([asked, await file.size()]).toEqual([[7], 0])
  letGo()
  await writing
  await file.close()
  const more = await disk.openForAppend('/d/file')
  const appending = more.append([Buffer.alloc(5)])
  await new Promise(setImmediate)
  letGo()
  await appending
  expect([asked, await more.size(), await disk.list('/d')]).toEqual([[7, 5], 12, ['file']])
})
