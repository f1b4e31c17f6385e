import { expect, test } from 'vitest'
import { workerFlags, YOUNG_FLAG } from './worker-flags.ts'

test('a worker has the flags of the first process, and a small young generation', () => {
  expect(workerFlags(['--enable-source-maps'])).toEqual(['--enable-source-maps', YOUNG_FLAG])
})

test.each([
  { own: ['--max-semi-space-size=32'], nodeOptions: undefined },
  { own: ['--max_semi_space_size', '32'], nodeOptions: undefined },
  { own: [], nodeOptions: '--no-warnings --max-semi-space-size=32' },
])('what was said of its size counts: $own $nodeOptions', ({ own, nodeOptions }) => {
  expect(workerFlags(own, nodeOptions)).toEqual(own)
})
