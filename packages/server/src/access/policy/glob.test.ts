import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyContext, RequestContext } from '../request-context.ts'
import { GlobAutomaton } from './glob-automaton.ts'
import { ANY, type GlobPart, STAR } from './glob-part.ts'
import { compileText, compileTexts } from './policy-text.ts'

const HOW = { wildcards: true, variables: true, whenUnresolved: false }

function matches(pattern: string, text: string): boolean {
  return compileText(pattern, HOW).matches(text, emptyContext)
}

/** Every place in the text that the pattern so far can end at; for texts that are too long for the slow way. */
function matchesByPlaces(pattern: readonly string[], text: readonly string[]): boolean {
  let ends = [0]
  for (const part of pattern) {
    if (part === '*')
      ends = Array.from({ length: text.length - (ends[0] ?? 0) + 1 }, (_, index) => (ends[0] ?? 0) + index)
    else
      ends = ends
        .filter((end) => end < text.length && (part === '?' || part === text[end]))
        .map((end) => end + 1)
    if (ends.length === 0) return false
  }
  return ends.at(-1) === text.length
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

  it('agrees with the slow way where patterns are held against a text together', () => {
    const letters = (alphabet: string[], maxLength: number): fc.Arbitrary<string> =>
      fc.string({ unit: fc.constantFrom(...alphabet), maxLength })
    const patterns = fc
      .tuple(
        letters(['a', '😀', '😁'], 2),
        fc.array(letters(['a', 'b', '*', '?', '😀', '😁'], 9), { maxLength: 12 }),
      )
      .map(([start, some]) => some.map((pattern) => start + pattern))
    // Long enough for what looks at long texts.
    const text = fc
      .tuple(letters(['a', 'b', '😀', '😁'], 6), fc.constantFrom(0, 1, 130), letters(['a', 'b'], 6))
      .map(([before, times, behind]) => before + 'c'.repeat(times) + behind)
    fc.assert(
      fc.property(patterns, text, (some, text) => {
        const expected = some.some((pattern) => matchesByPlaces(Array.from(pattern), Array.from(text)))
        expect(compileTexts(some, HOW).matches(text, emptyContext)).toBe(expected)
      }),
      { numRuns: 3000 },
    )
  })

  it('walks through a text once for 32 characters of all patterns together', () => {
    const pattern: readonly GlobPart[] = [STAR, 'a', ANY, 'b', STAR]
    expect(new GlobAutomaton(Array.from({ length: 3000 }, () => pattern)).blockCount).toBe((3000 * 4) / 32)
  })

  it('takes its time with 20 KB of patterns and 30 KB of text, but no more', () => {
    const agents = Array.from({ length: 2500 }, () => '*a?b*')
    const test = compileTexts(agents, HOW)
    const start = process.cpuUsage()
    for (let times = 0; times < 5; times++) test.matches(`${times}${'a'.repeat(30_000)}`, emptyContext)
    expect(process.cpuUsage(start).user).toBeLessThan(4_000_000)
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

  it('puts nothing together that is longer than the text', () => {
    const agent = 'a'.repeat(30_000)
    const test = compileText('${aws:useragent}'.repeat(1000), HOW)
    const start = process.cpuUsage()
    for (let times = 0; times < 200; times++) {
      expect(test.matches('a', RequestContext.of({ 'aws:UserAgent': agent }))).toBe(false)
    }
    expect(process.cpuUsage(start).user).toBeLessThan(1_000_000)
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
