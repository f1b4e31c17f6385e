import { startTestServer } from '../support/server.ts'
import { MovableClock } from '../../packages/server/src/base/clock.ts'

/** Longer than any lease on bytes that no row names yet. */
const LATER_MILLISECONDS = 7 * 24 * 3_600_000

/** Lets the background workers do all there is to do in a data folder, as if a week had passed. */
export async function sweep(dataDirectory: string): Promise<void> {
  const clock = new MovableClock(new Date(Date.now() + LATER_MILLISECONDS))
  await using server = await startTestServer({ dataDirectory, clock })
  await server.runWorkers()
}
