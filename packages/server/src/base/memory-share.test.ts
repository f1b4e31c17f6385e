import { expect, it } from 'vitest'
import { MemoryShare } from './memory-share.ts'

it('gives one all it can use, and many what there is, but never too little', () => {
  const share = new MemoryShare({ mostBytes: 500, leastBytes: 20, totalBytes: 1000 })
  const enter = (count: number): void => {
    for (let user = 0; user < count; user++) share.enter()
  }
  expect(share.bytes).toBe(500)
  enter(2)
  expect(share.bytes).toBe(500)
  enter(8)
  expect(share.bytes).toBe(100)
  enter(990)
  expect(share.bytes).toBe(20)
  for (let user = 0; user < 999; user++) share.leave()
  expect(share.bytes).toBe(500)
})
