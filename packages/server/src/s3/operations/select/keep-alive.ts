import type { Clock } from '../../../base/clock.ts'
import { valueWithin } from '../../../base/ends-within.ts'
import type { S3Error } from '../../../model/s3-error.ts'
import { continuationMessage, errorMessage } from '../../../select/event-stream.ts'

/** What fails within this time is an error answer; later it is the last message of an answer that has begun. */
const PATIENCE_MILLISECONDS = 2_000
/** How long nothing may be said before it is said that the answer goes on. */
const SILENCE_MILLISECONDS = 5_000

const LATE = Symbol('late')

/**
 * The messages of an answer, begun: with word in between that it goes on where there is nothing to tell for a while, and with an
 * error message at the end where it fails. Throws what fails at once.
 */
export async function keptAlive(
  messages: AsyncGenerator<Uint8Array, void, undefined>,
  clock: Clock,
  errorOf: (error: unknown) => S3Error,
): Promise<AsyncIterable<Uint8Array>> {
  const ask = (): Promise<IteratorResult<Uint8Array, void>> => {
    const asked = messages.next()
    asked.catch(() => undefined)
    return asked
  }
  let coming: ReturnType<typeof ask> | undefined = ask()
  await valueWithin(PATIENCE_MILLISECONDS, clock, coming, LATE)
  const next = async (): Promise<IteratorResult<Uint8Array, undefined>> => {
    if (!coming) return { done: true, value: undefined }
    try {
      const answered = await valueWithin(SILENCE_MILLISECONDS, clock, coming, LATE)
      if (answered === LATE) return { value: continuationMessage() }
      coming = answered.done ? undefined : ask()
      return answered.done ? { done: true, value: undefined } : answered
    } catch (error) {
      coming = undefined
      const { code, message } = errorOf(error)
      return { value: errorMessage(code, message) }
    }
  }
  const end = async (): Promise<IteratorResult<Uint8Array, undefined>> => {
    await messages.return()
    return { done: true, value: undefined }
  }
  return { [Symbol.asyncIterator]: () => ({ next, return: end }) }
}
