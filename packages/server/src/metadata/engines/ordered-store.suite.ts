import { describe } from 'vitest'
import type { OrderedStore } from '../ordered-store.ts'
import { testCommits, testStamps } from './ordered-store-commits.suite.ts'
import { testLimits, testRaces } from './ordered-store-edges.suite.ts'
import { testAgainstModel } from './ordered-store-model.suite.ts'
import { testReads, testScans, testSnapshots } from './ordered-store-reads.suite.ts'

/** What every ordered store must do. `open` gives a new, empty one. */
export function runOrderedStoreSuite(name: string, open: () => Promise<OrderedStore>): void {
  describe(`ordered store: ${name}`, () => {
    testReads(open)
    testScans(open)
    testSnapshots(open)
    testCommits(open)
    testStamps(open)
    testRaces(open)
    testLimits(open)
    testAgainstModel(open)
  })
}
