import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { EventDestinations, FailedTest } from '../s3/shared/announcing/event-sender.ts'

/** As of events that were not taken. */
const TELL_EVERY_MILLISECONDS = 5000

/**
 * Tells of test messages that were not taken: of each destination of one in five seconds, with how many they are since the last.
 * Whoever configures buckets can have any number of them.
 */
export function failedTests(log: Log, clock: Clock): EventDestinations['testFailed'] {
  const told = new Map<string, { readonly atMilliseconds: number; untold: number }>()
  return (test: FailedTest) => {
    const now = clock.now().getTime()
    const known = told.get(test.destination)
    if (known && Math.abs(now - known.atMilliseconds) < TELL_EVERY_MILLISECONDS) {
      known.untold++
      return
    }
    told.set(test.destination, { atMilliseconds: now, untold: 0 })
    const failures = (known?.untold ?? 0) + 1
    log.warn(
      { ...test, failures },
      'a destination did not take the test message of a notification configuration',
    )
  }
}
