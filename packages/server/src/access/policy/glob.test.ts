import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyContext, RequestContext } from '../request-context.ts'
import { compileText } from './policy-text.ts'

const HOW = { wildcards: true, variables: true, whenUnresolved: false }

function matches(pattern: string, text: string): boolean {
  return compileText(pattern, HOW).matches(text, emptyContext)
}

/** Slow and obviously right. */
function matchesSlowly(pattern: readonly string[], text: readonly string[]): boolean {
  const [first, ...rest] = pattern
  if (first === undefined) return text.length === 0
  if (first === '*') {
    return Array.from({ length: text.length + 1 }).some((_, index) => matchesSlowly(rest, text.slice(index)))
  }
  return text.length > 0 && (first === '?' || first === text[0]) && matchesSlowly(rest, text.slice(1))
}

describe('wildcards', () => {
  it.each([
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['*', 'a/b:c', true],
    ['a*', 'abc', true],
    ['*c', 'abc', true],
    ['a*c', 'ac', true],
    ['aa*aa', 'aaa', false],
    ['*b*', 'abc', true],
    ['*ab*ab*', 'ab', false],
    ['a?c', 'a😀c', true],
    ['a??c', 'a😀c', false],
    ['?', '', false],
    ['*?😀*', 'x😀', true],
    ['a.c', 'abc', false],
    ['A*', 'abc', false],
  ])('%j on %j: %j', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected)
  })

  it('agrees with the slow way', () => {
    const letters = (alphabet: string[], maxLength: number): fc.Arbitrary<string> =>
      fc.string({ unit: fc.constantFrom(...alphabet), maxLength })
    fc.assert(
      fc.property(letters(['a', 'b', '*', '?', '😀'], 9), letters(['a', 'b', '😀'], 10), (pattern, text) => {
        expect(matches(pattern, text)).toBe(matchesSlowly(Array.from(pattern), Array.from(text)))
      }),
      { numRuns: 5000 },
    )
  })

  it('finds stretches longer than a word of bits', () => {
    const stretch = `${'ab'.repeat(40)}?${'b'.repeat(31)}`
    expect(matches(`*${stretch}*z`, `abab${'ab'.repeat(40)}x${'b'.repeat(31)}yz`)).toBe(true)
    expect(matches(`*${stretch}*z`, `abab${'ab'.repeat(40)}x${'b'.repeat(30)}yz`)).toBe(false)
  })

  it('is not slowed down by patterns made to do so', () => {
    const text = 'a'.repeat(16_384)
    const start = process.cpuUsage()
    for (const pattern of [
      '*a'.repeat(9000),
      `*${'a'.repeat(8000)}b*`,
      `*${'a?'.repeat(4000)}b*`,
      '*?a'.repeat(6000),
    ]) {
      matches(`${pattern}c`, text)
    }
    const { user } = process.cpuUsage(start)
    expect(user).toBeLessThan(1_000_000)
  })
})

describe('variables', () => {
  const context = RequestContext.of({
    'aws:UserName': 'David',
    'aws:star': '*',
    'aws:many': ['a', 'b'],
    'aws:PrincipalTag/cost center': '7',
  })

  it.each([
    ['home/${aws:username}/*', 'home/David/x', true],
    ['home/${AWS:USERNAME}/*', 'home/david/x', false],
    ['${aws:star}', 'x', false],
    ['${aws:star}', '*', true],
    ['${aws:principaltag/Cost Center}', '7', true],
    ['${*}${?}${$}', '*?$', true],
    ['${*}', 'x', false],
    ["${aws:team, 'company-wide'}", 'company-wide', true],
    ["${aws:team,''}x", 'x', true],
    ["${aws:team, 'a}b'}c", 'a}bc', true],
    ["${aws:username, 'x'}", 'David', true],
    ['${aws:absent}', '', false],
    ['${aws:many}', 'a', false],
    ['$aws{x}$', '$aws{x}$', true],
  ])('%j on %j: %j', (pattern, text, expected) => {
    expect(compileText(pattern, HOW).matches(text, context)).toBe(expected)
  })

  it('counts as it is told where there is no value', () => {
    const text = compileText('x${aws:absent}', { ...HOW, whenUnresolved: true })
    expect(text.matches('anything', context)).toBe(true)
    expect(text.keys).toEqual(['aws:absent'])
  })

  it.each(['${', '${}', '${aws:x', "${aws:x, 'y}", '${aws:x, y}', '${ , }'])('refuses %j', (text) => {
    expect(() => compileText(text, HOW)).toThrow('Invalid policy syntax.')
  })

  it('are text in the older language', () => {
    const text = compileText('${aws:username}', { ...HOW, variables: false })
    expect(text.matches('${aws:username}', context)).toBe(true)
  })
})
