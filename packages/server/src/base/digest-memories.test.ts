import { expect, it } from 'vitest'
import { DigestMemories } from './digest-memories.ts'

const take = (memories: DigestMemories, count: number) => Array.from({ length: count }, () => memories.take())
const sumBytes = (memories: readonly SharedArrayBuffer[]) =>
  memories.reduce((sum, { byteLength }) => sum + byteLength, 0)

it('300 streams take no more than 34 MB together, one has as much as it can use', () => {
  const memories = new DigestMemories()
  const taken = take(memories, 300)
  expect(taken[0]?.byteLength).toBe(384 * 1024)
  expect(sumBytes(taken)).toBeLessThan(34 * 2 ** 20)
})

it('what was given back is used again, and no more than 28 MB of it waits', () => {
  const memories = new DigestMemories()
  const taken = take(memories, 1000)
  for (const memory of taken) memories.giveBack(memory)
  const again = take(memories, 1000).filter((memory) => taken.includes(memory))
  expect(again.length).toBeGreaterThan(200)
  expect(sumBytes(again)).toBeLessThan(28 * 2 ** 20)
})
