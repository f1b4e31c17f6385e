import { ageLeftovers } from '../support/blob-files.ts'
import { startTestServer } from '../support/server.ts'

/** Longer than the workers wait before they take anything for left behind. */
const LATER_MILLISECONDS = 24 * 3_600_000

/** Lets the background workers do all there is to do in a data folder that no server has open, as a day later. */
export async function sweep(dataDirectory: string): Promise<void> {
  await ageLeftovers(dataDirectory, LATER_MILLISECONDS)
  await using server = await startTestServer({ dataDirectory })
  // What is unreferenced now, is so still later, becomes garbage, and is removed.
  await server.settle()
  server.clock.advance(LATER_MILLISECONDS)
  await server.settle()
  await server.settle()
}
