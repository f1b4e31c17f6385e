import type { Clock } from '../base/clock.ts'
import type { Random } from '../base/random.ts'
import { BodyFault, mayPass } from './source-error.ts'

export interface RetryOptions {
  readonly clock: Clock
  readonly random: Random
}

const MOST_ATTEMPTS = 9
/** Where bytes came that are not the right ones: chance does that seldom. */
const MOST_BODIES = 3
const FIRST_PAUSE_MILLISECONDS = 100
const LONGEST_PAUSE_MILLISECONDS = 20_000

/** Does it again, with longer and longer pauses, where it failed in a way that may pass; for a minute or so. */
export async function retrying<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const most = error instanceof BodyFault ? MOST_BODIES : MOST_ATTEMPTS
      if (attempt >= most || !mayPass(error)) throw error
      await options.clock.sleep(pauseMilliseconds(attempt, options.random))
    }
  }
}

/** Between half and all of a pause that doubles, so that many who wait do not come back at once. */
function pauseMilliseconds(attempt: number, random: Random): number {
  const longest = Math.min(FIRST_PAUSE_MILLISECONDS * 2 ** attempt, LONGEST_PAUSE_MILLISECONDS)
  const share = (random.bytes(1)[0] ?? 0) / 255
  return Math.round((longest / 2) * (1 + share))
}
