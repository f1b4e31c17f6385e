import { expect, it } from 'vitest'
import { DigestMemories, SEGMENTS, type StreamMemory } from './digest-memories.ts'

const take = (memories: DigestMemories, count: number) =>
  Array.from({ length: count }, () => memories.take()).filter((memory) => memory !== undefined)
const sumBytes = (memories: readonly StreamMemory[]) =>
  memories.reduce((sum, { segmentBytes }) => sum + SEGMENTS * segmentBytes, 0)

it('300 streams take no more than 40 MB together, one has as much as it can use', () => {
  const taken = take(new DigestMemories(), 300)
  expect(taken[0]?.segmentBytes).toBe(256 * 1024)
  expect(taken).toHaveLength(300)
  expect(sumBytes(taken)).toBeLessThan(40 * 2 ** 20)
})

it('no two have a byte in common, none has one outside, and what has room for no more says so', () => {
  const memories = new DigestMemories()
  const taken = take(memories, 1000).toSorted((a, b) => a.start - b.start)
  let end = 64 * 1024
  for (const { start, segmentBytes } of taken) {
    expect(start).toBeGreaterThanOrEqual(end)
    end = start + SEGMENTS * segmentBytes
  }
  expect(end).toBeLessThanOrEqual(memories.memory.buffer.byteLength)
  expect(memories.take()).toBeUndefined()
})

it('what was given back is used again before any other', () => {
  const memories = new DigestMemories()
  const taken = take(memories, 40)
  for (const memory of taken) memories.giveBack(memory)
  expect(new Set(take(memories, 40))).toEqual(new Set(taken))
})
