import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { CORSRule } from '../../../model/types.gen.ts'
import { type CorsQuestion, corsRule, matchCors } from './cors-rules.ts'

/** The star stands for every text, also none: each is tried. */
function fitsSlowly(element: string, text: string): boolean {
  if (element === '') return text === ''
  if (element.startsWith('*')) {
    const rest = element.slice(1)
    return Array.from({ length: text.length + 1 }, (_, at) => text.slice(at)).some((end) =>
      fitsSlowly(rest, end),
    )
  }
  return element[0] === text[0] && text !== '' && fitsSlowly(element.slice(1), text.slice(1))
}

/** As S3's documentation puts it, rule by rule. Returns the place of the rule. */
function matchSlowly(rules: readonly CORSRule[], { origin, method, requestHeaders }: CorsQuestion): number {
  for (const [at, { AllowedOrigins, AllowedMethods, AllowedHeaders = [] }] of rules.entries()) {
    if (!AllowedMethods.some((allowed) => allowed === method)) continue
    if (!AllowedOrigins.some((allowed) => fitsSlowly(allowed, origin))) continue
    const isAllowed = (name: string): boolean =>
      AllowedHeaders.some((allowed) => fitsSlowly(allowed.toLowerCase(), name))
    if (requestHeaders.every(isAllowed)) return at
  }
  return -1
}

// Few letters, so that much of it matches, and what a regular expression would take for its own.
const text = fc.string({ unit: fc.constantFrom('a', '.'), maxLength: 4 })
const element = fc.oneof(
  text,
  fc.constant('*'),
  fc.tuple(text, text).map(([before, after]) => `${before}*${after}`),
)
const method = fc.constantFrom('GET', 'PUT')
const rule = fc.record(
  {
    AllowedOrigins: fc.array(element, { minLength: 1, maxLength: 3 }),
    AllowedMethods: fc.array(method, { minLength: 1, maxLength: 2 }),
    AllowedHeaders: fc.array(
      element.map((name) => name.toUpperCase()),
      { maxLength: 3 },
    ),
  },
  { requiredKeys: ['AllowedOrigins', 'AllowedMethods'] },
)
const question = fc.record({ origin: text, method, requestHeaders: fc.array(text, { maxLength: 2 }) })

it('finds the rule that S3’s documentation says', () => {
  let found = 0
  fc.assert(
    fc.property(fc.array(rule, { minLength: 1, maxLength: 5 }), question, (rules, asked) => {
      const ready = rules.map(corsRule)
      const matched = matchCors(ready, asked)
      if (matched) found++
      expect(matched ? ready.indexOf(matched) : -1).toBe(matchSlowly(rules, asked))
    }),
    { numRuns: 2000 },
  )
  expect(found).toBeGreaterThan(200)
})
