import { expect, test } from 'vitest'
import { MovableClock } from '../../base/clock.ts'
import type { DiskFile } from '../../base/disk.ts'
import { PromptFile } from './prompt-file.ts'

test('reads at once until the disk lets it wait, and less often the more it does', async () => {
  const clock = new MovableClock(new Date('2026-01-01'))
  let millisecondsARead = 0
  const file = {
    read: async () => 2,
    readNow: () => {
      clock.advance(millisecondsARead)
      return 1
    },
  } as unknown as DiskFile
  const prompt = new PromptFile(file, clock)
  const reads = async (count: number): Promise<number> => {
    let atOnce = 0
    for (let read = 0; read < count; read++) {
      const length = prompt.read(Buffer.alloc(1), 0)
      if (!(length instanceof Promise)) atOnce++
      await length
    }
    return atOnce
  }
  expect(await reads(100)).toBe(100)
  millisecondsARead = 1
  expect(await reads(10_000)).toBeLessThan(20)
  millisecondsARead = 0
  await reads(1025)
  expect(await reads(100)).toBe(100)
})
