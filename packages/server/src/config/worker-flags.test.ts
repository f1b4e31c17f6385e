import { expect, test } from 'vitest'
import type { Config } from './config.ts'
import { ARENA_VARIABLES, workerFlags, workerVariables, YOUNG_FLAG } from './worker-flags.ts'

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

test('a worker has one arena, unless it was said otherwise or keeps its bytes in Ceph', () => {
  const blobs = { engine: 'files' } as const
  expect(workerVariables({ blobs }, {})).toEqual(ARENA_VARIABLES)
  expect(workerVariables({ blobs }, { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1' })).toEqual(ARENA_VARIABLES)
  expect(workerVariables({ blobs }, { MALLOC_ARENA_MAX: '4' })).toEqual({})
  expect(workerVariables({ blobs }, { GLIBC_TUNABLES: 'glibc.malloc.arena_max=4' })).toEqual({})
  expect(workerVariables({ blobs: { ...blobs, engine: 'ceph' } as Config['blobs'] }, {})).toEqual({})
})
