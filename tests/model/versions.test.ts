import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TestServer } from 'holdfast'
import { MovableClock } from '../../packages/server/src/base/clock.ts'
import { startTestServer } from '../support/server.ts'
import { tries } from '../support/sizes.ts'
import { BucketClient } from './bucket-client.ts'
import { sequences } from './version-steps.ts'
import { VersionWalk } from './version-walk.ts'

const SEQUENCES = tries(1000)
/** The same seed makes the same sequences: `HOLDFAST_SEED=… vitest run tests/model`. */
const seed = Number(process.env['HOLDFAST_SEED'] ?? Date.now() % 2 ** 31)

let server: TestServer
let client: BucketClient
beforeAll(async () => {
  server = await startTestServer({ clock: new MovableClock(new Date('2030-06-01T12:00:00Z')) })
  client = new BucketClient(server)
})
afterAll(async () => {
  client[Symbol.dispose]()
  await server[Symbol.asyncDispose]()
})

it(
  `${SEQUENCES} random sequences of versions, markers, locks, tags, rules and times go as the model says (seed ${seed})`,
  async () => {
    let count = 0
    const property = fc.asyncProperty(sequences, async (sequence) => {
      const walk = await VersionWalk.begin(server, client, `walk-${count++}`, sequence.bucket)
      for (const step of sequence.steps) await walk.take(step)
      await walk.compare()
      await walk.end()
    })
    await fc.assert(property, { seed, numRuns: SEQUENCES, endOnFailure: false })
    expect(count).toBeGreaterThanOrEqual(SEQUENCES)
  },
  tries(480_000),
)
