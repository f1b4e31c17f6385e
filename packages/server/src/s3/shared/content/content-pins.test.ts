import { expect, it } from 'vitest'
import { ContentPins } from './content-pins.ts'
import type { LongReads } from './long-reads.ts'

it('holds content until its last reader is done, and tells then', () => {
  const told: string[] = []
  const pins = new ContentPins(() => told.push(pins.isPinned('a') ? 'a is held' : 'a is free'))
  pins.pin('a')
  pins.pin('a')
  pins.unpin('a')
  expect([pins.isPinned('a'), pins.isPinned('b'), told]).toEqual([true, false, []])
  pins.unpin('a')
  expect([pins.isPinned('a'), told]).toEqual([false, ['a is free']])
  pins.pin('a')
  expect(pins.isPinned('a')).toBe(true)
})

it('tells others of a content that is opened again and again, though somebody else has it open once', () => {
  const begun: string[] = []
  const longReads = { begin: (id: string) => void begun.push(id), end: () => {} }
  const pins = new ContentPins(() => {}, longReads as unknown as LongReads)
  pins.pin('a')
  pins.pin('a', true)
  expect(begun).toEqual(['a'])
})
