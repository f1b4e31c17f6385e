import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codeOf, valueOf } from '../run-query.suite.ts'
import { likePattern } from './like-pattern.ts'

describe('patterns', () => {
  test.each([
    ['abc', 'abc', true],
    ['abc', 'ab', false],
    ['', '', true],
    ['', 'a', false],
    ['%', '', true],
    ['%', 'abc', true],
    ['a%', 'abc', true],
    ['%c', 'abc', true],
    ['%b%', 'abc', true],
    ['a%c', 'ac', true],
    ['ab%bc', 'abc', false],
    ['a%b%c', 'a-b-c', true],
    ['a%b%c', 'a-c-b', false],
    ['%%a%%', 'bab', true],
    ['_', 'a', true],
    ['_', '', false],
    ['_', '\u{1f600}', true],
    ['__', '\u{1f600}', false],
    ['a_c', 'abc', true],
    ['%a_c%', 'xxabcxx', true],
    ['%a_c%', 'xxabbcxx', false],
    ['_%_', 'a', false],
    ['_%_', 'ab', true],
    ['%\u{1f600}_b%', 'x\u{1f600}\u{1f601}by', true],
    ['A%', 'abc', false],
    ['.*', 'abc', false],
    ['a\nb', 'a\nb', true],
  ])('%j on %j: %s', (pattern, text, expected) => {
    expect(likePattern(pattern, undefined)(text)).toBe(expected)
  })

  test.each([
    ['100!%', '!', '100%', true],
    ['100!%', '!', '1000', false],
    ['a!_b', '!', 'a_b', true],
    ['a!_b', '!', 'axb', false],
    ['a!!b', '!', 'a!b', true],
    ['%%%%', '%', '%', false],
    ['%%', '%', '%', true],
    ['\u{1f600}%', '\u{1f600}', '%', true],
  ])('%j with the escape %j on %j: %s', (pattern, escape, text, expected) => {
    expect(likePattern(pattern, escape)(text)).toBe(expected)
  })

  test.each([
    ['a!', '!'],
    ['a!b', '!'],
    ['%%%', '%'],
    ['a', ''],
    ['a', '!!'],
  ])('%j with the escape %j is a mistake', (pattern, escape) => {
    expect(codeOf(() => likePattern(pattern, escape))).toBe('EvaluatorLikePatternInvalidEscapeSequence')
  })

  test('match what a slow and simple matcher says', () => {
    const texts = fc.array(fc.constantFrom('a', 'b', '\u{1f600}'), { maxLength: 40 })
    const patterns = fc.array(fc.constantFrom('a', 'b', '\u{1f600}', '%', '_'), { maxLength: 40 })
    fc.assert(
      fc.property(patterns, texts, (pattern, text) => {
        expect(likePattern(pattern.join(''), undefined)(text.join(''))).toBe(matches(pattern, text))
      }),
      { numRuns: 2000 },
    )
  })

  test('long ones too, of more than a word of bits', () => {
    const middles = fc.array(fc.constantFrom('a', 'a', 'a', 'b', '_'), { minLength: 60, maxLength: 100 })
    const texts = fc.array(fc.constantFrom('a', 'a', 'a', 'a', 'b'), { maxLength: 200 })
    fc.assert(
      fc.property(middles, texts, (middle, text) => {
        const pattern = ['%', ...middle, '%']
        expect(likePattern(pattern.join(''), undefined)(text.join(''))).toBe(matches(pattern, text))
        const found = middle.join('').replaceAll('_', 'b')
        expect(likePattern(pattern.join(''), undefined)(text.join('') + found)).toBe(true)
      }),
    )
  })
})

test('a pattern of many characters takes no long time', () => {
  const text = 'a'.repeat(1_000_000)
  const start = process.hrtime.bigint()
  for (const pattern of [
    `%${'a'.repeat(100_000)}b%`,
    `%b${'a'.repeat(100_000)}%`,
    `%b${'a'.repeat(50)}%`,
    `%${'a%'.repeat(100_000)}b%`,
    `%${'a_'.repeat(100)}b%`,
    `${'_'.repeat(100_000)}b`,
    `%a${'_'.repeat(1000)}b%`,
    `${'%_'.repeat(500_000)}b`,
    `${'%a_'.repeat(300_000)}b`,
    `${'%a'.repeat(500_000)}%b`,
    `%${'_'.repeat(500_000)}b${'_'.repeat(400_000)}%`,
  ]) {
    expect(likePattern(pattern, undefined)(text)).toBe(false)
  }
  expect(process.hrtime.bigint() - start).toBeLessThan(3_000_000_000n)
})

test('there is an end to underscores between percent signs', () => {
  const matches = likePattern(`%a${'_'.repeat(2000)}b%`, undefined)
  expect(codeOf(() => matches('a'.repeat(5000)))).toBe('LikeInvalidInputs')
})

test('a pattern may be another one for each record', () => {
  expect(valueOf("CASE WHEN 'abc' LIKE LOWER('A') || '%' THEN 1 END")).toBe('1')
})

/** Row by row: which beginnings of the text the pattern so far can have taken. */
function matches(pattern: readonly string[], text: readonly string[]): boolean {
  let taken = [true, ...text.map(() => false)]
  for (const part of pattern) {
    let before = false
    taken = taken.map((was, at) => {
      const one = at > 0 && (taken[at - 1] ?? false) && (part === '_' || part === text[at - 1])
      before = part === '%' ? was || before : one
      return before
    })
  }
  return taken[text.length] ?? false
}
