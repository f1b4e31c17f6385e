import { expect, it } from 'vitest'
import { changedLines } from './changed-lines.ts'

const told = (before: string, after: string): string =>
  changedLines(before, after)
    .map(({ kind, text }) => `${{ same: ' ', added: '+', removed: '-' }[kind]}${text}`)
    .join('|')

it('tells what was added and removed', () => {
  expect(told('a\nb\nc', 'a\nx\nc\nd')).toBe(' a|-b|+x| c|+d')
  expect(told('', 'a')).toBe('+a')
  expect(told('a\nb', '')).toBe('-a|-b')
  expect(told('a\nb', 'b\na')).toBe('-a| b|+a')
})
