import { expect, test } from 'vitest'
import { PrimaryFinder } from './primary-finder.ts'

test('the server that was right last is tried first, and all others after it', () => {
  const finder = new PrimaryFinder(['a', 'b', 'c'])
  expect(finder.candidates()).toEqual(['a', 'b', 'c'])
  finder.accept('b', { isStandby: false, timeline: 1 })
  expect(finder.candidates()).toEqual(['b', 'c', 'a'])
})

test('a standby is refused, and so is the server that one has taken the place of', () => {
  const finder = new PrimaryFinder(['a', 'b'])
  finder.accept('a', { isStandby: false, timeline: 1 })
  expect(() => finder.accept('b', { isStandby: true, timeline: 0 })).toThrow('is a standby')
  finder.accept('b', { isStandby: false, timeline: 2 })
  expect(() => finder.accept('a', { isStandby: false, timeline: 1 })).toThrow('has taken the place of')
  expect(finder.candidates()).toEqual(['b', 'a'])
})
