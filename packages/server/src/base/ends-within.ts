import type { Clock } from './clock.ts'

/** Whether some work ends within a time; what it throws is thrown. It goes on where it does not. */
export function endsWithin(milliseconds: number, clock: Clock, work: PromiseLike<unknown>): Promise<boolean> {
  return valueWithin(
    milliseconds,
    clock,
    work.then(() => true),
    false,
  )
}

/** What some work comes to within a time, or `late`; what it throws is thrown. It goes on where it takes longer. */
export async function valueWithin<Value, Late>(
  milliseconds: number,
  clock: Clock,
  work: PromiseLike<Value>,
  late: Late,
): Promise<Value | Late> {
  const timer = new AbortController()
  const deadline = clock.sleep(milliseconds, timer.signal).then(
    () => late,
    () => late,
  )
  try {
    return await Promise.race([work, deadline])
  } finally {
    timer.abort()
  }
}
