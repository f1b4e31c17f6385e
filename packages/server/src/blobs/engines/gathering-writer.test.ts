import { expect, it } from 'vitest'
import type { DiskFile } from '../../base/disk.ts'
import { MemoryDisk } from '../../base/memory-disk.ts'
import { GatheringWriter } from './gathering-writer.ts'

const CHUNK_BYTES = 32 * 1024

/** A file that notes the sizes of its writes. */
async function noting(path: string): Promise<{ file: DiskFile; sizes: number[] }> {
  const disk = new MemoryDisk()
  await disk.makeDirectory('/data')
  const real = await disk.create(path)
  const sizes: number[] = []
  const append = (chunks: readonly Uint8Array[]): Promise<void> => {
    sizes.push(chunks.reduce((sum, { length }) => sum + length, 0))
    return real.append(chunks)
  }
  const file = new Proxy(real, {
    get: (target, name) => {
      const member: unknown = name === 'append' ? append : Reflect.get(target, name)
      return typeof member === 'function' ? (member.bind(target) as unknown) : member
    },
  })
  return { file, sizes }
}

async function firstWrite(writer: GatheringWriter, sizes: readonly number[]): Promise<number | undefined> {
  for (let count = 0; count < 32; count++) await writer.add(new Uint8Array(CHUNK_BYTES))
  return sizes[0]
}

it('gathers half a MiB alone, less where 200 write at once, and as much as before when they are done', async () => {
  const writes = await Promise.all(Array.from({ length: 200 }, (_, index) => noting(`/data/${index}`)))
  const writers = writes.map(({ file }) => new GatheringWriter(file))
  const sizes = await Promise.all(
    writers.map((writer, index) => firstWrite(writer, writes[index]?.sizes ?? [])),
  )
  for (const size of sizes) expect(size).toBeLessThanOrEqual((32 * 2 ** 20) / 200 + CHUNK_BYTES)
  for (const writer of writers) await writer.settle()
  for (const writer of writers) await writer.settle()

  const { file, sizes: alone } = await noting('/data/alone')
  const writer = new GatheringWriter(file)
  expect(await firstWrite(writer, alone)).toBe(512 * 1024)
  await writer.settle()
})

/** Says of itself that it bypasses the cache, and notes what it is asked. */
function bypassing(asked: string[]): DiskFile {
  const note = (name: string) => async (): Promise<void> => void asked.push(name)
  return {
    read: async () => 0,
    size: async () => 0,
    append: note('append'),
    sync: note('sync'),
    close: note('close'),
    bypassCache: async () => asked.push('bypassCache') > 0,
  }
}

async function asked(chunks: number): Promise<string[]> {
  const names: string[] = []
  const writer = new GatheringWriter(bypassing(names))
  for (let count = 0; count < chunks; count++) await writer.add(new Uint8Array(CHUNK_BYTES))
  await writer.finish()
  await writer.settle()
  return names
}

it('bypasses the cache with what is large, and then has nothing to sync early', async () => {
  const names = await asked((40 * 2 ** 20) / CHUNK_BYTES)
  expect(names.slice(0, 2)).toEqual(['bypassCache', 'append'])
  expect(names.filter((name) => name !== 'append')).toEqual(['bypassCache', 'sync'])
})

it('leaves what is small in the cache', async () => {
  expect(await asked(10)).toEqual(['append', 'sync'])
})
