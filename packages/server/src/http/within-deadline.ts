import { DeliveryFailure } from '../s3/shared/announcing/event-sender.ts'

/** How long a destination may take to answer. */
export const ANSWER_MILLISECONDS = 10_000

/**
 * What `run` comes to; it gets a signal that also ends when the time is up. Rejects with `DeliveryFailure` of a kind then, and soon after
 * `signal` is aborted, whether `run` heeds it or not.
 */
export async function withinDeadline<T>(
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<T>,
  milliseconds: number = ANSWER_MILLISECONDS,
  kind: DeliveryFailure['kind'] = 'unavailable',
): Promise<T> {
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(), milliseconds)
  const either = AbortSignal.any([signal, deadline.signal])
  const { promise: isOver, reject } = Promise.withResolvers<never>()
  const end = (): void => reject(new DeliveryFailure(kind, 'it did not answer in time'))
  either.addEventListener('abort', end)
  if (either.aborted) end()
  try {
    return await Promise.race([run(either), isOver])
  } finally {
    either.removeEventListener('abort', end)
    clearTimeout(timer)
  }
}
