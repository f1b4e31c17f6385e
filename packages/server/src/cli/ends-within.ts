import type { Clock } from '../base/clock.ts'

/** Whether some work ends within a time; what it throws is thrown. It goes on where it does not. */
export async function endsWithin(
  milliseconds: number,
  clock: Clock,
  work: PromiseLike<unknown>,
): Promise<boolean> {
  const timer = new AbortController()
  const late = clock.sleep(milliseconds, timer.signal).then(
    () => false,
    () => false,
  )
  try {
    return await Promise.race([work.then(() => true), late])
  } finally {
    timer.abort()
  }
}
