import { expect, it } from 'vitest'
import { progressText } from './copy-store.ts'

it('a copy tells how far it is, how fast it goes and how long it takes still', () => {
  const blobs = { step: 'blobs', done: 1200, total: 5000, bytes: 3.2e9 } as const
  expect(progressText(blobs, 40)).toBe('1200 of 5000 blobs, 3.2 GB, 80.0 MB/s, 3 min left')
  const rows = { step: 'rows', done: 90_000, total: 100_000, bytes: 0 } as const
  expect(progressText(rows, 9)).toBe('90000 of 100000 rows, 10000/s, 1 s left')
  const slow = { step: 'comparison', done: 1000, total: 100_000, bytes: 0 } as const
  expect(progressText(slow, 100)).toBe('1000 of 100000 rows compared, 10/s, 2 h 45 min left')
})
