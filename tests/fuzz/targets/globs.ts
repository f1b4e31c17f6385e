import assert from 'node:assert/strict'
import { PolicyError } from '../../../packages/server/src/access/policy/policy-error.ts'
import { compileText } from '../../../packages/server/src/access/policy/policy-text.ts'
import { emptyContext } from '../../../packages/server/src/access/request-context.ts'
import { type FuzzTarget, outcomeOf } from '../fuzz-target.ts'

/** Wildcards: the pattern on one line, the text on the next. They match what a slow and simple matcher says. */
export const globs: FuzzTarget = {
  seeds: [
    'a*b?c*\naxxbyczz',
    '*?*a?*\n\xf0\x9f\x98\x80a\xc3\xa4',
    '?\n\xf0\x9f\x98\x80',
    `${'a?*'.repeat(40)}b\n${'ab'.repeat(60)}`,
  ],
  words: ['*', '?', '**', '*?', 'aa', '\xf0\x9f\x98\x80'],
  mostBytes: 300,
  mostStepsPerByte: 1_500,
  run(bytes) {
    const [pattern = '', text = ''] = bytes.toString().split('\n')
    const { value } = outcomeOf(
      () => compileText(pattern, { wildcards: true, variables: false, whenUnresolved: false }),
      (error) => error instanceof PolicyError,
    )
    if (value) assert.equal(value.matches(text, emptyContext), matches(Array.from(pattern), Array.from(text)))
  },
}

/** Row by row: which beginnings of the text the pattern so far can have taken. */
function matches(pattern: readonly string[], text: readonly string[]): boolean {
  let taken = [true, ...text.map(() => false)]
  for (const part of pattern) {
    let before = false
    taken = taken.map((was, at) => {
      const one = at > 0 && (taken[at - 1] ?? false) && (part === '?' || part === text[at - 1])
      before = part === '*' ? was || before : one
      return before
    })
  }
  return taken[text.length] ?? false
}
