import type { Clock } from '../../../base/clock.ts'
import { DAY_MILLISECONDS } from '../../../base/day.ts'

/** The day whose answers are remembered together; those of the day before still are, all older ones are not. */
export function dayOf(clock: Clock): number {
  return Math.floor(clock.now().getTime() / DAY_MILLISECONDS)
}
