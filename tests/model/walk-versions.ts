import * as fc from 'fast-check'
import { expect } from 'vitest'
import { BucketClient } from './bucket-client.ts'
import type { ModelServer } from './model-server.ts'
import { sequences } from './version-steps.ts'
import { VersionWalk } from './version-walk.ts'

export interface Tries {
  /** The same one makes the same sequences. */
  readonly seed: number
  readonly count: number
}

/** Takes random sequences of versions, markers, locks, tags, rules and times on the server and on the model; throws where they differ. */
export async function expectVersionsOfModel(server: ModelServer, { seed, count }: Tries): Promise<void> {
  using client = new BucketClient(server)
  let begun = 0
  const property = fc.asyncProperty(sequences, async (sequence) => {
    const walk = await VersionWalk.begin(server, client, `walk-${begun++}`, sequence)
    for (const step of sequence.steps) await walk.take(step)
    await walk.compare()
    await walk.end()
  })
  await fc.assert(property, { seed, numRuns: count, endOnFailure: false })
  expect(begun).toBeGreaterThanOrEqual(count)
}
