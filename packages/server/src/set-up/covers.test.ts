import { expect, it } from 'vitest'
import { covers } from './covers.ts'

it.each([
  ['the same', { a: [1, { b: 'x' }] }, { a: [1, { b: 'x' }] }, true],
  ['more than is given', { Rules: [{ ID: 'made', Days: 1 }] }, { Rules: [{ Days: 1 }] }, true],
  ['less than is given', { a: 1 }, { a: 1, b: 2 }, false],
  ['another value', { a: { b: 1 } }, { a: { b: 2 } }, false],
  ['one item more', { a: [1, 2] }, { a: [1] }, false],
  ['items in another order', [1, 2], [2, 1], false],
  ['nothing', undefined, {}, false],
  ['what is given as undefined', {}, { a: undefined }, true],
  ['the same date', { at: new Date(5) }, { at: new Date(5) }, true],
  ['another date', { at: new Date(5) }, { at: new Date(6) }, false],
  ['an object for a list', { 0: 1, length: 1 }, [1], false],
])('%s', (_, there, given, expected) => {
  expect(covers(there, given)).toBe(expected)
})
