import type { Clock } from '../base/clock.ts'
import { endsWithin } from '../base/ends-within.ts'
import type { Log } from '../base/log.ts'
import type { Draining } from '../http/listener.ts'
import type { RunningServer } from '../server-options.ts'

/** For requests in flight, however large: an upload that is cut leaves nothing, and its client sends it again. */
export const DRAIN_MILLISECONDS = 5 * 60_000
/** For what has begun below them, a commit or a write to a disk that does not answer. */
export const CLOSE_MILLISECONDS = 30_000

/** Lets the requests in flight end and closes the server. Resolves to whether it came to its end in time. */
export async function finishServer(
  server: Pick<RunningServer, 'drain' | typeof Symbol.asyncDispose>,
  log: Log,
  clock: Clock,
  how?: Draining,
): Promise<boolean> {
  if (!(await endsWithin(DRAIN_MILLISECONDS, clock, server.drain(how)))) {
    log.error({}, `requests were still in flight after ${DRAIN_MILLISECONDS / 60_000} minutes; they are cut`)
  }
  if (await endsWithin(CLOSE_MILLISECONDS, clock, server[Symbol.asyncDispose]())) return true
  const seconds = CLOSE_MILLISECONDS / 1000
  log.error({}, `the store did not close within ${seconds} s; ended all the same, as by a crash`)
  return false
}
