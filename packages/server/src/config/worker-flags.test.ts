import { expect, test } from 'vitest'
import { workerFlags, YOUNG_FLAG } from './worker-flags.ts'

test('a worker has the flags of the first process, and a small young generation', () => {
  expect(workerFlags(['--enable-source-maps'], {})).toEqual(['--enable-source-maps', YOUNG_FLAG])
})

test.each([
  { own: ['--max-semi-space-size=32'], variables: {} },
  { own: ['--max_semi_space_size', '32'], variables: {} },
  { own: [], variables: { NODE_OPTIONS: '--no-warnings --max-semi-space-size=32' } },
])('what was said of its size counts: $own $variables', ({ own, variables }) => {
  expect(workerFlags(own, variables)).toEqual(own)
})
