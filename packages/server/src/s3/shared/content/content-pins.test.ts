import { expect, it } from 'vitest'
import { ContentPins } from './content-pins.ts'

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
